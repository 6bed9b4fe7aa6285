//! Tables of text as `foretell calc` and `foretell dependence --columns` read them: any bytes
//! are taken or refused, and numbers that are taken are a distribution.

#![no_main]
#![allow(dead_code, reason = "the files of the command hold more than is read here")]

mod cli {
    pub(crate) use crate::failure;
}
#[path = "../../src/cli/dependence/columns.rs"]
mod columns;
#[path = "../../src/measure/entropy.rs"]
mod entropy;
#[path = "../../src/cli/failure.rs"]
mod failure;
#[path = "../../src/cli/calc/numbers.rs"]
mod numbers;
#[path = "../../src/measure/sum.rs"]
mod sum;

use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let names = ["x".to_owned(), "y".to_owned()];
    if let Ok(columns) = columns::values(bytes, &names, Path::new("table")) {
        let breaks = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        assert!(columns[0].len() == columns[1].len());
        assert!(columns[0].len() <= 1 + bytes.iter().filter(breaks).count());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(rows) = numbers::rows_of(text) else { return };
    let Ok((p, _)) = numbers::distribution(&rows.concat(), true) else { return };
    assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let (entropy, most) = (entropy::entropy(&p), (p.len() as f64).log2());
    assert!((-1e-9..=most + 1e-9).contains(&entropy), "{entropy} of {p:?}");
    assert!(entropy::min_entropy(&p) <= entropy + 1e-9);
    if let Some(joint) = entropy::Joint::new(rows) {
        let (x, y) = (joint.marginal_x(), joint.marginal_y());
        let shared = joint.mutual_information();
        let least = entropy::entropy(&x).min(entropy::entropy(&y));
        assert!((-1e-9..=least + 1e-6).contains(&shared), "{shared} of {x:?} and {y:?}");
    }
});
