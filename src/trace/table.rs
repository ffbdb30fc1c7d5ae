// SPDX-License-Identifier: Apache-2.0
//! Tables in a state dump: rows `[start, last, addr, perm]`, by address space.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::field::{Field, Hex};
use super::symbol::Symbol;

/// One entry.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Row {
    /// First IOVA.
    pub start: u64,
    /// Last IOVA, inclusive.
    pub last: u64,
    /// Where `start` goes.
    pub addr: Symbol,
    /// Verbatim.
    pub perm: u8,
}

/// The table of one address space, ascending.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// Its entries.
    pub rows: Vec<Row>,
    /// The recorder wrote "..." and left out the rest.
    pub cut: bool,
}

impl Table {
    /// True if `self`, a whole table, is what `recorded` says, as far as that goes.
    pub fn matches(&self, recorded: &Self) -> bool {
        if recorded.cut {
            self.rows.len() > recorded.rows.len() && self.rows.starts_with(&recorded.rows)
        } else {
            self.rows == recorded.rows
        }
    }
}

/// The tables of a device or of vhost, by ASID; an AS that does not exist has none.
pub type Tables = BTreeMap<u32, Table>;

const CUT: &str = "...";

impl Field for Tables {
    const WANTS: &'static str = "an object of lists of [\"0xSTART\", \"0xLAST\", \"ADDRESS\", PERM], ascending, one list for each ASID";

    fn from_json(value: &Value) -> Option<Self> {
        value
            .as_object()?
            .iter()
            .map(|(asid, rows)| Some((asid.parse().ok()?, table(rows)?)))
            .collect()
    }

    fn to_json(&self) -> Value {
        let tables: Map<_, _> = self
            .iter()
            .map(|(asid, table)| {
                let rows = table.rows.iter().map(|row| {
                    json!([
                        Hex(row.start).to_string(),
                        Hex(row.last).to_string(),
                        row.addr.to_string(),
                        row.perm
                    ])
                });
                let cut = table.cut.then(|| Value::from(CUT));
                (asid.to_string(), rows.chain(cut).collect())
            })
            .collect();
        Value::from(tables)
    }
}

fn table(value: &Value) -> Option<Table> {
    let mut rows = value.as_array()?.as_slice();
    let mut table = Table::default();
    if let Some((last, rest)) = rows.split_last()
        && last.as_str() == Some(CUT)
    {
        rows = rest;
        table.cut = true;
    }
    table.rows = rows.iter().map(row).collect::<Option<_>>()?;
    let ascending = table.rows.windows(2).all(|w| w[0].start < w[1].start);
    ascending.then_some(table)
}

fn row(value: &Value) -> Option<Row> {
    let [start, last, addr, perm] = value.as_array()?.as_slice() else {
        return None;
    };
    let row = Row {
        start: Hex::from_json(start)?.0,
        last: Hex::from_json(last)?.0,
        addr: Symbol::from_json(addr)?,
        perm: u8::from_json(perm)?,
    };
    (row.start <= row.last).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_round_trip() {
        let value = json!({
            "0": [["0x0", "0x7fffffffffffffff", "abs:0x0", 3], ["0x8000000000000000", "0xffffffffffffffff", "buf+0x0", 0]],
            "1": [["0x1000", "0x1fff", "buf+0x2000", 255], "..."],
            "2": []
        });
        let tables = Tables::from_json(&value).unwrap();
        assert!(tables[&1].cut);
        assert_eq!(tables.to_json(), value);
    }

    #[test]
    fn wrong_tables() {
        for value in [
            json!([]),
            json!({"x": []}),
            json!({"0": [["0x0", "0x1", "abs:0x0"]]}),
            json!({"0": [["0x2", "0x1", "abs:0x0", 3]]}),
            json!({"0": [["0x2", "0x3", "abs:0x0", 256]]}),
            json!({"0": ["...", ["0x2", "0x3", "abs:0x0", 3]]}),
            json!({"0": [["0x2", "0x3", "abs:0x0", 3], ["0x0", "0x1", "abs:0x0", 3]]}),
        ] {
            assert_eq!(Tables::from_json(&value), None, "{value}");
        }
    }

    #[test]
    fn a_cut_table_is_a_beginning() {
        let row = |start| Row {
            start,
            last: start,
            addr: Symbol::Abs(start),
            perm: 3,
        };
        let whole = |n: u64| Table {
            rows: (0..n).map(row).collect(),
            cut: false,
        };
        let cut = Table {
            cut: true,
            ..whole(3)
        };
        assert!(whole(4).matches(&cut));
        assert!(!whole(3).matches(&cut));
        assert!(whole(3).matches(&whole(3)));
        assert!(!whole(4).matches(&whole(3)));
    }
}
