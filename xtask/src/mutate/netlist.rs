// SPDX-License-Identifier: Apache-2.0
//! Mutants, and one netlist that is all of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::fpga::job;
use crate::tools::{self, quoted};
use crate::variants::Variant;

/// A build of the RTL whose modules are mutated.
#[derive(Clone, Copy)]
pub struct Design {
    /// What the command line and the report call it.
    pub name: &'static str,
    /// The build that the netlist stands for.
    pub build: Variant,
    /// Its top.
    pub top: &'static str,
    /// Modules whose mutants are drawn, by the beginnings of their names; those of `not` are left out.
    pub modules: &'static [&'static str],
    /// Generated, or drawn in another design.
    pub not: &'static [&'static str],
    /// Packages that what is around the netlist wants.
    packages: &'static [&'static str],
    /// Random sequences, as arguments of `persimmon`, the one that takes least first.
    pub random: &'static [&'static str],
    /// The test binary whose tests drive it.
    pub tests: &'static str,
}

/// The core without AXI4 ports, and what is around it.
pub const DESIGNS: [Design; 2] = [
    Design {
        name: "core",
        build: Variant::E64,
        top: "iommu_core",
        modules: &["*"],
        // What these hold is told by the data path, which the core's tests do not have.
        not: &[
            "iommu_regs",
            "iommu_logs",
            "fault_queue",
            "perf_counters",
            "dirty_log",
            "*u_logs*",
        ],
        packages: &[],
        random: &[
            "fuzz --level registers --entries 64 --no-shrink --runs 1 --ops 150 --seed 11",
            "fuzz --level registers --entries 64 --no-shrink --runs 6 --ops 500 --seed 21",
            "fuzz --level uapi --entries 64 --no-shrink --runs 2 --ops 300 --seed 31",
        ],
        tests: "rtl",
    },
    Design {
        name: "axi",
        build: Variant::AxiE64,
        top: "persimmon",
        modules: &[
            "persimmon",
            "iommu_arb",
            "iommu_axi",
            "iommu_axi_*",
            "iommu_fifo",
            "iommu_rr",
            "iommu_room",
            "iommu_slice",
            "iommu_logs",
            "fault_queue",
            "perf_counters",
            "dirty_log",
            "*u_logs*",
        ],
        not: &[],
        packages: &[
            "regs/gen/iommu_regs_pkg.sv",
            "iommu_pkg.sv",
            "iommu_axi_pkg.sv",
        ],
        random: &[
            "traffic --build small --clocks 20000 --seed 11",
            "traffic --build small --clocks 200000 --seed 21",
        ],
        tests: "axi",
    },
];

/// One mistake.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// From 1 on, in its design.
    pub number: usize,
    /// The command of Yosys that makes it, without the signal that selects it.
    pub command: String,
    /// Name of the module in the source.
    pub module: String,
    /// Its name in the design, which has a copy of it for every place.
    pub copy: String,
    /// Which pin of a cell.
    port: String,
    /// What is done: `inv`, `const0`, `const1`, `cnot0`, `cnot1`.
    pub mode: String,
    /// Places in the source that it comes from.
    pub sources: Vec<String>,
}

/// Pins that are no logic: there is one clock.
const NO_LOGIC: [&str; 1] = ["CLK"];

/// Every word of a line of `mutate -list` has its meaning from the one before it.
fn parse(number: usize, line: &str) -> anyhow::Result<Mutant> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let values = |option: &str| -> Vec<String> {
        let pairs = words.windows(2).filter(|pair| pair[0] == option);
        pairs.map(|pair| pair[1].to_owned()).collect()
    };
    let one = |option: &str| {
        values(option)
            .pop()
            .with_context(|| format!("Yosys drew a mutant without {option}: {line}"))
    };
    let copy = one("-module")?;
    let module = copy.split('$').next().unwrap_or(&copy);
    Ok(Mutant {
        number,
        command: line.trim().to_owned(),
        module: module.to_owned(),
        copy,
        port: one("-port")?,
        mode: one("-mode")?,
        sources: values("-src"),
    })
}

/// The commands that elaborate a design, with its modules kept apart.
pub fn elaborate(design: &Design) -> Vec<String> {
    let mut read = format!(
        "read_slang -D SYNTHESIS --keep-hierarchy --top {}",
        design.top
    );
    for (name, value) in design.build.parameters().by_name() {
        read += &format!(" -G {name}={value}");
    }
    read += " -F rtl/iommu.f";
    let hierarchy = format!("hierarchy -check -top {}", design.top);
    [
        &read,
        &hierarchy,
        "proc",
        "opt_expr",
        "bwmuxmap",
        "opt_clean",
    ]
    .map(str::to_owned)
    .into()
}

/// Draws `count` mutants, evenly over what Yosys knows of the design.
pub fn draw(design: &Design, count: usize, seed: u64, dir: &Path) -> anyhow::Result<Vec<Mutant>> {
    let list = dir.join("mutants.txt");
    // What a memory starts with, and how it is read, cannot be mutated: Yosys wants constants there. What is around it can.
    let mut select = "select -set ours @none".to_owned();
    for module in design.modules.iter().copied().flat_map(patterns) {
        select += &format!(" {module} %u");
    }
    for module in design.not.iter().copied().flat_map(patterns) {
        select += &format!(" {module} %d");
    }
    select += " t:$meminit* %d t:$memrd* %d";
    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .args(elaborate(design))
        .arg("select -set none * * %d")
        .arg(select)
        .arg(format!(
            "mutate -list {} -seed {seed} -o {} @ours",
            count + count / 2,
            tools::unquoted(&list)?
        ));
    job::run(&mut command, "yosys mutate -list", &dir.join("list.log"))?;
    let text =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let mut mutants = Vec::with_capacity(count);
    for line in text.lines() {
        let mutant = parse(mutants.len() + 1, line)?;
        if mutants.len() < count && !NO_LOGIC.contains(&mutant.port.as_str()) {
            mutants.push(mutant);
        }
    }
    ensure!(
        mutants.len() == count,
        "Yosys drew {:#x} mutants of {}, not {count:#x}: ask for fewer",
        mutants.len(),
        design.name
    );
    Ok(mutants)
}

/// A module and its copies, which Yosys calls NAME$PATH; all that begin so, if it ends in a star.
fn patterns(module: &str) -> Vec<String> {
    match module.ends_with('*') {
        true => vec![module.to_owned()],
        false => vec![module.to_owned(), format!("{module}$*")],
    }
}

/// Bits of the signal that selects a mutant.
const WIDTH: u32 = 12;

/// Writes the netlist that is all of `mutants`, and a file list of it.
pub fn write(design: &Design, mutants: &[Mutant], dir: &Path) -> anyhow::Result<PathBuf> {
    ensure!(
        mutants.len() < 1 << WIDTH,
        "{:#x} mutants are more than a model holds, {:#x}",
        mutants.len(),
        (1 << WIDTH) - 1
    );
    let script = dir.join("mutate.ys");
    let lines = mutants.iter().map(|mutant| {
        let select = format!("mutate -ctrl mutant {WIDTH} {} -mode", mutant.number);
        mutant.command.replacen("mutate -mode", &select, 1) + "\n"
    });
    fs::write(&script, lines.collect::<String>())
        .with_context(|| format!("cannot write {}", script.display()))?;
    let written = dir.join("written.v");
    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .args(elaborate(design))
        .arg(format!("script {}", tools::unquoted(&script)?))
        .arg("opt_clean")
        .arg(format!("write_verilog -noattr {}", quoted(&written)?));
    job::run(&mut command, "yosys mutate", &dir.join("mutate.log"))?;
    let text = fs::read_to_string(&written)
        .with_context(|| format!("cannot read {}", written.display()))?;
    let netlist = dir.join("netlist.sv");
    let text = selected_by_the_model(design, &text)?;
    fs::write(&netlist, text).with_context(|| format!("cannot write {}", netlist.display()))?;

    let list = dir.join("netlist.f");
    let packages = design.packages.iter();
    let mut files: Vec<PathBuf> = packages
        .map(|package| tools::root().join("rtl").join(package))
        .collect();
    files.push(netlist);
    let text: String = files
        .iter()
        .map(|file| format!("{}\n", file.display()))
        .collect();
    fs::write(&list, text).with_context(|| format!("cannot write {}", list.display()))?;
    Ok(list)
}

/// The top as what is around it expects it: with parameters that do nothing, and without the port that selects a mutant,
/// which is what `sim/mutant.cc` says instead.
fn selected_by_the_model(design: &Design, netlist: &str) -> anyhow::Result<String> {
    let top = design.top;
    let head = format!("\nmodule {top}(");
    let Some((before, rest)) = netlist.split_once(&head) else {
        bail!("the netlist has no module {top}");
    };
    let (ports, body) = rest
        .split_once(");")
        .with_context(|| format!("module {top} of the netlist has no ports"))?;
    let ports = ports
        .trim_end()
        .strip_suffix("mutant")
        .map(|ports| ports.trim_end().trim_end_matches(','))
        .with_context(|| {
            format!("module {top} of the netlist has no port that selects a mutant")
        })?;
    let declared = format!(
        "  input [{0}:0] mutant;\n  wire [{0}:0] mutant;\n",
        WIDTH - 1
    );
    ensure!(
        body.contains(&declared),
        "module {top} of the netlist does not declare the port that selects a mutant"
    );
    let own = format!(
        "  import \"DPI-C\" function int persimmon_mutant();\n  reg [{}:0] mutant;\n  initial mutant = {WIDTH}'(persimmon_mutant());\n",
        WIDTH - 1
    );
    let body = body.replacen(&declared, &own, 1);
    // The parameters have been worked in; whoever names them gets the same.
    let parameters = design.build.parameters().by_name();
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("parameter {name} = {value}"))
        .collect();
    Ok(format!(
        "{before}\nmodule {top} #({}) ({ports});{body}",
        parameters.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_yosys() {
        let line = "mutate -mode cnot1 -module iommu_fifo$top.u_x -cell $12 -port A -portbit 3 -ctrlbit 1 -wire y -wirebit 0 -src a.sv:1.2-1.5 -src a.sv:9.1-9.2";
        let mutant = parse(7, line).unwrap();
        assert_eq!(mutant.module, "iommu_fifo");
        assert_eq!(mutant.copy, "iommu_fifo$top.u_x");
        assert_eq!(mutant.mode, "cnot1");
        assert_eq!(mutant.sources, ["a.sv:1.2-1.5", "a.sv:9.1-9.2"]);
        assert!(parse(1, "mutate -mode inv").is_err());
    }

    #[test]
    fn the_model_selects() {
        let netlist = "// x\nmodule iommu_core(clk_i, y_o\n, mutant);\n  input clk_i;\n  input [11:0] mutant;\n  wire [11:0] mutant;\nendmodule\n";
        let text = selected_by_the_model(&DESIGNS[0], netlist).unwrap();
        assert!(text.contains("(clk_i, y_o\n);"), "{text}");
        assert!(
            text.contains("initial mutant = 12'(persimmon_mutant());"),
            "{text}"
        );
        assert!(!text.contains("input [11:0] mutant"), "{text}");
        assert!(selected_by_the_model(&DESIGNS[0], "module other(x);").is_err());
    }
}
