// SPDX-License-Identifier: Apache-2.0
//! `--module NAME`: one module of the RTL by itself, with registers around its ports.
//!
//! The ports are those that elaboration finds for the parameters, so the frame is written for each run. Its clock tells
//! how fast the module is when its neighbours are no hindrance, which takes seconds to minutes instead of the whole core's six.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use super::design::Design;
use super::hierarchy::FRAMED;
use super::netlist::{Netlist, Port};
use super::{job, store};
use crate::tools::{self, quoted};

/// What every module calls them. They reach it as they are.
const CLOCK: &str = "clk_i";
const RESET: &str = "rst_ni";

/// Outputs that are folded into one bit at once.
const FOLD: usize = 16;

/// Puts `design`, which names a module, into a frame of its own, written to `dir`.
pub fn frame(design: &mut Design, dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let module = design.top.clone();
    let elaborated = dir.join("ports.json");
    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .args(design.read(""))
        .arg(format!("write_json {}", quoted(&elaborated)?));
    let what = format!("{}: yosys, ports", design.name);
    job::run(&mut command, &what, &dir.join("ports.log"))?;
    let ports = Netlist::read(&elaborated, &module)?.body.ports;
    let ports: Vec<_> = ports
        .iter()
        .map(|(name, port)| (name.as_str(), port))
        .collect();

    design.top = format!("{module}_frame");
    let path = dir.join(format!("{}.sv", design.top));
    store::write(&path, &text(&module, &design.top, &ports)?)?;
    quoted(&path)?;
    design.frame = Some(path.display().to_string());
    Ok(())
}

/// The frame: a scan chain, a register on each input, one on each output, and a tree of XORs.
fn text(module: &str, top: &str, ports: &[(&str, &Port)]) -> anyhow::Result<String> {
    let of = |direction: &str| -> Vec<(&str, usize)> {
        let framed = |name| name != CLOCK && name != RESET;
        let ports = ports.iter().filter(|(_, port)| port.direction == direction);
        let ports = ports.filter(|(name, _)| framed(*name));
        ports.map(|(name, port)| (*name, port.width())).collect()
    };
    let (inputs, outputs) = (of("input"), of("output"));
    ensure!(
        !inputs.is_empty() && !outputs.is_empty(),
        "{module} has no inputs or no outputs besides clock and reset"
    );
    let sum = |ports: &[(&str, usize)]| ports.iter().map(|(_, width)| width).sum::<usize>();
    let (bits_in, bits_out) = (sum(&inputs), sum(&outputs));
    let folds = bits_out.div_ceil(FOLD);

    let mut connections: Vec<String> = ports
        .iter()
        .filter(|(name, _)| *name == CLOCK || *name == RESET)
        .map(|(name, _)| format!(".{name}({name})"))
        .collect();
    // Registers are called after the ports: reports show these names.
    let (mut registers, mut clocked, mut empty) = (String::new(), String::new(), String::new());
    let mut at = 0;
    for (name, width) in &inputs {
        let _ = writeln!(registers, "  logic [{}:0] in_{name};", width - 1);
        let _ = writeln!(clocked, "    in_{name} <= scan_q[{at} +: {width}];");
        connections.push(format!(".{name}(in_{name})"));
        at += width;
    }
    let mut last = Vec::new();
    for (name, width) in &outputs {
        let high = width - 1;
        let _ = writeln!(registers, "  logic [{high}:0] out_{name}, out_{name}_q;");
        let _ = writeln!(clocked, "    out_{name}_q <= out_{name};");
        let from = inputs[last.len() % inputs.len()];
        let _ = writeln!(empty, "  assign out_{name} = in_{};", from.0);
        connections.push(format!(".{name}(out_{name})"));
        last.extend((0..*width).map(|bit| format!("out_{name}_q[{bit}]")));
    }
    for (fold, bits) in last.chunks(FOLD).enumerate() {
        let _ = writeln!(clocked, "    fold_q[{fold}] <= ^{{{}}};", bits.join(", "));
    }
    Ok(format!(
        "// Written by cargo xtask fpga --module {module}.
module {top} (
  input  logic {CLOCK},
  input  logic {RESET},
  input  logic scan_i,
  output logic fold_o
);
{registers}  logic [{in_high}:0] scan_q;
  logic [{fold_high}:0] fold_q;
  always_ff @(posedge {CLOCK}) begin
    scan_q <= {{scan_q, scan_i}};
{clocked}    fold_o <= ^fold_q;
  end
`ifdef EMPTY
{empty}`else
  {module} {FRAMED} (
    {connections}
  );
`endif
endmodule
",
        in_high = bits_in - 1,
        fold_high = folds - 1,
        connections = connections.join(",\n    "),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_has_a_place() {
        let port = |direction: &str, width: usize| -> Port {
            let bits = vec!["0"; width];
            let json = serde_json::json!({ "direction": direction, "bits": bits });
            serde_json::from_value(json).unwrap()
        };
        let (clock, a, b, c) = (
            port("input", 1),
            port("input", 5),
            port("input", 1),
            port("output", 17),
        );
        let ports = [(CLOCK, &clock), ("a_i", &a), ("b_i", &b), ("c_o", &c)];
        let said = text("m", "m_frame", &ports).unwrap();
        for line in [
            ".clk_i(clk_i)",
            ".a_i(in_a_i)",
            "in_b_i <= scan_q[5 +: 1];",
            "logic [16:0] out_c_o, out_c_o_q;",
            ".c_o(out_c_o)",
            "logic [5:0] scan_q;",
            "fold_q[1] <= ^{out_c_o_q[16]};",
        ] {
            assert!(said.contains(line), "no {line:?} in\n{said}");
        }
        assert!(!said.contains(".rst_ni("));
        assert!(text("m", "m_frame", &ports[..3]).is_err());
    }
}
