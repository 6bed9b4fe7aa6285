//! Predictors of one kind; each has the verbs predict, update and end of byte.

pub(crate) mod histories;
pub(crate) mod history_runs;
pub(crate) mod matching;
