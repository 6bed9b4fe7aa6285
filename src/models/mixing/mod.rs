//! Many predictions → one.

pub(crate) mod apm;
pub(crate) mod layered;
pub(crate) mod logistic;
pub(crate) mod mixer;
pub(crate) mod rates;
