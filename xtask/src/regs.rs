// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask regs`: everything that is made from `rtl/regs/iommu.rdl`.
//!
//! The results are committed, so that a build needs no PeakRDL and a change of the register map shows in
//! review. `--check` is how CI knows that they still agree.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::tools;

const SOURCE: &str = "rtl/regs/iommu.rdl";

/// What is generated: a file, or a folder in which nothing else may lie.
const OUTPUTS: [&str; 3] = [
    "rtl/regs/gen",
    "src/dut/regs",
    "sim/include/persimmon_regs.h",
];

/// The register block, of which more is rewritten than of the others.
const BLOCK: &str = "iommu_regs.sv";

const BANNER: &str = "\
// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
";

/// Generates into the repository, or with `check` only compares.
pub fn run(check: bool) -> anyhow::Result<()> {
    let root = tools::root();
    let fresh = tools::tools_dir()?.join("regs");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?;
    }
    generate(root, &fresh)?;

    let new = read(&fresh)?;
    let old = read(root)?;
    if check {
        return compare(&old, &new);
    }
    for gone in old.keys().filter(|path| !new.contains_key(*path)) {
        fs::remove_file(root.join(gone))
            .with_context(|| format!("cannot remove {}", gone.display()))?;
    }
    for (path, text) in new
        .iter()
        .filter(|(path, text)| old.get(*path) != Some(text))
    {
        let to = root.join(path);
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        fs::write(&to, text).with_context(|| format!("cannot write {}", to.display()))?;
        println!("wrote {}", path.display());
    }
    println!("{} generated files match {SOURCE}", new.len());
    Ok(())
}

/// Runs the PeakRDL exporters; `to` gets the same layout as the repository.
fn generate(root: &Path, to: &Path) -> anyhow::Result<()> {
    let [block, map, header] = OUTPUTS.map(|output| to.join(output));
    let peakrdl = |exporter: &str, output: &Path, options: &[&str]| {
        let mut command = tools::python("peakrdl")?;
        command
            .current_dir(root)
            .args(["-m", "peakrdl", exporter, SOURCE, "-o"])
            .arg(output)
            .args(options);
        tools::run(&mut command, &format!("peakrdl {exporter}")).map(drop)
    };
    let header_dir = header.parent().context("the header lies in a folder")?;
    fs::create_dir_all(header_dir)?;
    peakrdl(
        "regblock",
        &block,
        &[
            "--cpuif=passthrough",
            "--default-reset=arst_n",
            "--module-name=iommu_regs",
            "--package-name=iommu_regs_pkg",
            "--rt-read-fanin",
            "--err-if-bad-addr",
            "--err-if-bad-rw",
        ],
    )?;
    peakrdl("c-header", &header, &[])?;
    peakrdl("rust", &map, &["--force"])?;

    for (path, text) in read(to)? {
        let mut text = finish(&text);
        if path.ends_with(BLOCK) {
            text = speed_up(&text)?;
        }
        fs::write(to.join(path), format!("{BANNER}{text}"))?;
    }
    Ok(())
}

/// What the exporters leave to be done.
fn finish(text: &str) -> String {
    // The register RESULT becomes a Rust type `Result`, which hides the one that its accessors return.
    let text = text.replace("-> Result<", "-> core::result::Result<");
    // Without the map, the rest of this crate would have no doc tests.
    let text = text.replace("#[cfg(not(doctest))]\n", "");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// What the register block is on an FPGA as PeakRDL writes it: ten bits compared with a hundred and fifty addresses,
/// and a hundred multiplexers behind each other. Each of these says the same in fewer and shorter paths; one that
/// PeakRDL's output no longer has is an error.
const SHORTER: [(&str, &str); 8] = [
    // A register of one bit that shifts by one is 0 next.
    ("(cpuif_req_stall_sr >> 'd1)", "'0"),
    // The address comes decoded into a row of sixteen words, if there is an access at all, and a column. The access
    // takes a clock more, and whoever needs the clock of a register finds it in the registers that it writes.
    (
        "    assign cpuif_req = s_cpuif_req;
    assign cpuif_req_is_wr = s_cpuif_req_is_wr;
    assign cpuif_addr = s_cpuif_addr;
    assign cpuif_wr_data = s_cpuif_wr_data;
",
        "    // One of each is set: the address in rows of sixteen words.
    logic [15:0] cpuif_row;
    logic [15:0] cpuif_col;
    always_ff @(posedge clk or negedge arst_n) begin
        if(~arst_n) begin
            cpuif_req <= '0;
            cpuif_row <= '0;
        end else begin
            cpuif_req <= s_cpuif_req;
            for(int i=0; i<16; i++) cpuif_row[i] <= s_cpuif_req & (s_cpuif_addr[9:6] == 4'(i));
        end
    end
    always_ff @(posedge clk) begin
        cpuif_req_is_wr <= s_cpuif_req_is_wr;
        cpuif_addr <= s_cpuif_addr;
        cpuif_wr_data <= s_cpuif_wr_data;
        for(int i=0; i<16; i++) cpuif_col[i] <= s_cpuif_addr[5:2] == 4'(i);
    end
    function automatic bit is_at(bit [9:0] addr);
        return cpuif_row[addr[9:6]] & cpuif_col[addr[5:2]];
    endfunction
    function automatic bit is_low(bit [9:0] addr);
        return cpuif_col[addr[5:2]];
    endfunction
",
    ),
    // `iommu_axil` waits itself, and registers outside answer in the clock in which they are asked.
    (
        "    assign cpuif_req_masked = cpuif_req
                            & !(!cpuif_req_is_wr & cpuif_req_stall_rd)
                            & !(cpuif_req_is_wr & cpuif_req_stall_wr);
",
        "    assign cpuif_req_masked = cpuif_req;
",
    ),
    (
        "assign rd_mux_addr = decoded_req ? decoded_addr : pending_rd_addr;",
        "assign rd_mux_addr = decoded_addr;",
    ),
    // Rows that are not read are cleared, which costs no logic; then OR is the choice between them.
    (
        "            for(int i=0; i<16; i++) readback_data_rt[i] <= '0;
",
        "",
    ),
    (
        "            readback_data_rt <= readback_data_rt_c;
",
        "",
    ),
    (
        "    // readback stage 2
    always_comb begin
",
        "    always_ff @(posedge clk) begin
        for(int i=0; i<16; i++) readback_data_rt[i] <= cpuif_row[i] ? readback_data_rt_c[i] : '0;
    end

    // readback stage 2
    always_comb begin
",
    ),
    (
        "        readback_data = readback_data_rt[readback_addr_rt[9:6]];
",
        "        readback_data = '0;
        for(int i=0; i<16; i++) readback_data |= readback_data_rt[i];
",
    ),
];

fn speed_up(text: &str) -> anyhow::Result<String> {
    let mut text = text.to_owned();
    for (from, to) in SHORTER {
        if text.matches(from).count() != 1 {
            bail!("{BLOCK}: PeakRDL writes something else now than\n{from}");
        }
        text = text.replacen(from, to, 1);
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut counts = [0; LINES.len()];
    let lines: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(number, line)| {
            let next = lines.get(number + 1).copied().unwrap_or_default();
            shorter(line, next, &mut counts)
        })
        .collect();
    for (count, (begin, from, _)) in counts.iter().zip(LINES) {
        ensure!(
            *count != 0,
            "{BLOCK}: PeakRDL writes no line any more that begins with {begin:?} and has {from:?}"
        );
    }
    Ok(lines.join("\n") + "\n")
}

/// How lines of the decoder and of the choice of what is read begin, what is in them, and what they say the same with.
const LINES: [(&str, &str, &str); 3] = [
    (
        "decoded_reg_strb.",
        "cpuif_req_masked & (cpuif_addr == ",
        "is_at(",
    ),
    // A register that is read overwrites what the others have left of the data. Only one is read at a time and the data
    // begin as zeros: OR says the same, as a tree.
    ("readback_data_var[ad_hi(", "] = ", "] |= "),
    (
        "if(ad_low(rd_mux_addr)",
        "ad_low(rd_mux_addr) == ad_low(",
        "is_low(",
    ),
];

/// `line` by [`LINES`], of which `counts` are applied; `next` is the line below.
fn shorter(line: &str, next: &str, counts: &mut [usize; LINES.len()]) -> String {
    let code = line.trim_start();
    // Registers outside show one word for all of an array: for them, the comparisons together are nothing.
    let outside = code.starts_with("if(") && next.contains(".rd_data");
    for (count, (begin, from, to)) in counts.iter_mut().zip(LINES) {
        if code.starts_with(begin) && line.contains(from) && !outside {
            *count += 1;
            return line.replacen(from, to, 1);
        }
    }
    line.to_owned()
}

/// Every generated file below `root`, by its path from there.
fn read(root: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    let mut pending: Vec<PathBuf> = OUTPUTS.map(|output| root.join(output)).into();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                pending.push(entry?.path());
            }
        } else if path.is_file() {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(path.strip_prefix(root)?.to_owned(), text);
        }
    }
    Ok(files)
}

/// Fails with one line for each file that differs, and the first line that does.
fn compare(old: &BTreeMap<PathBuf, String>, new: &BTreeMap<PathBuf, String>) -> anyhow::Result<()> {
    let mut report = Vec::new();
    for (path, text) in new {
        match old.get(path) {
            Some(committed) if committed == text => {}
            Some(committed) => report.push(format!(
                "{}: {}",
                path.display(),
                first_difference(committed, text)
            )),
            None => report.push(format!("{}: missing", path.display())),
        }
    }
    for path in old.keys().filter(|path| !new.contains_key(*path)) {
        report.push(format!("{}: no longer generated", path.display()));
    }
    if report.is_empty() {
        println!("{} generated files match {SOURCE}", new.len());
        return Ok(());
    }
    bail!(
        "generated files differ from {SOURCE}; run `cargo xtask regs` and commit the result\n{}",
        report.join("\n")
    )
}

fn first_difference(committed: &str, generated: &str) -> String {
    let (mut old, mut new) = (committed.lines(), generated.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (old.next(), new.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return "line ends differ".to_owned(),
            (a, b) => {
                return format!(
                    "line {number} is {:?}, generated {:?}",
                    a.unwrap_or_default(),
                    b.unwrap_or_default()
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(of: &[(&str, &str)]) -> BTreeMap<PathBuf, String> {
        of.iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn equal_trees_pass() {
        let tree = files(&[("a", "1\n2\n")]);
        assert!(compare(&tree, &tree.clone()).is_ok());
    }

    #[test]
    fn every_kind_of_drift_is_named() {
        let old = files(&[("changed", "1\n2\n"), ("gone", "")]);
        let new = files(&[("changed", "1\n3\n"), ("added", "")]);
        let report = compare(&old, &new).unwrap_err().to_string();
        for line in [
            "changed: line 2 is \"2\", generated \"3\"",
            "added: missing",
            "gone: no longer generated",
        ] {
            assert!(report.contains(line), "{report}");
        }
    }
}
