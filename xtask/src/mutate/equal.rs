// SPDX-License-Identifier: Apache-2.0
//! Whether a mutant can be told from the design at all.

use std::path::Path;

use anyhow::Context;

use super::netlist::{Design, Mutant, elaborate};
use crate::tools;

/// Clocks of the induction.
const CLOCKS: u32 = 4;

/// How it is known that a mutant does what the design does, if it does. The module that it is in is compared with
/// itself, whatever its neighbours do: what only they rule out is not seen here. Registers and wires of the same name are
/// taken as pairs, and each pair is proven equal by induction (Yosys: `equiv_induct`).
pub fn proves(design: &Design, mutant: &Mutant, dir: &Path) -> anyhow::Result<Option<String>> {
    let module = &mutant.copy;
    // What is below the module becomes ports: both sides must ask it the same.
    let alone = |name: &str| {
        [
            format!("hierarchy -top {module}"),
            format!("expose -evert {module}/t:?*$*"),
            "memory_map".to_owned(),
            "async2sync".to_owned(),
            "opt_clean".to_owned(),
            format!("rename {module} {name}"),
            format!("design -stash {name}"),
        ]
    };
    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .args(elaborate(design))
        .arg("design -save whole")
        .args(alone("gold"))
        .arg("design -load whole")
        .arg(&mutant.command)
        .args(alone("gate"))
        .args(["design -copy-from gold gold", "design -copy-from gate gate"])
        .arg("equiv_make gold gate both")
        .arg("hierarchy -top both")
        .args(["opt_expr both", "opt_clean both"])
        .arg("equiv_simple -undef")
        .arg(format!("equiv_induct -undef -seq {CLOCKS}"))
        .arg("equiv_status");
    let log = dir.join(format!("equal-{}.log", mutant.number));
    let said = tools::run(
        &mut command,
        &format!("yosys equiv, mutant {}", mutant.number),
    );
    let said = match said {
        Ok(said) => said,
        // What cannot be compared is not known to be equal.
        Err(why) => {
            std::fs::write(&log, format!("{why:#}"))
                .with_context(|| format!("cannot write {}", log.display()))?;
            return Ok(None);
        }
    };
    std::fs::write(&log, &said).with_context(|| format!("cannot write {}", log.display()))?;
    Ok(said
        .contains("Equivalence successfully proven!")
        .then(|| format!("induction over {CLOCKS} clocks")))
}
