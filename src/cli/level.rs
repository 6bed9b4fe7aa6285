use super::failure::Failure;
use crate::models::{Level, ModelSpec};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// `-1` … `-9` or `--level N`, the last one given: flatten into the arguments of a command
/// that compresses.
#[derive(Clone, Copy, Debug)]
pub struct LevelArg(pub Level);

impl LevelArg {
    /// The level, if its model takes bytes in their order, so that each has a cost.
    ///
    /// # Errors
    /// [`Failure::usage`] if it sorts whole blocks.
    pub fn in_order(self) -> Result<Level, Failure> {
        match self.0.spec() {
            ModelSpec::Bwt(_) => Err(Failure::usage(
                "levels 1 and 2 sort whole blocks, in which no byte has a cost of its own; choose \
                 -3 to -9",
            )),
            _ => Ok(self.0),
        }
    }
}

const LONG: &str = "level";
const DIGITS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// The switch of one level.
fn digit(number: &'static str) -> Arg {
    Arg::new(number)
        .short(number.chars().next())
        .action(ArgAction::SetTrue)
        .help("… -9  Quickest … smallest [default: -5]")
        .hide(number != DIGITS[0])
        .overrides_with_all(DIGITS.into_iter().chain([LONG]))
}

fn parse(text: &str) -> Result<Level, &'static str> {
    text.parse().ok().and_then(Level::new).ok_or("levels are 1 to 9")
}

impl Args for LevelArg {
    fn augment_args(command: Command) -> Command {
        command.args(DIGITS.map(digit)).arg(
            Arg::new(LONG)
                .long(LONG)
                .value_name("N")
                .value_parser(parse)
                .help("The same as -N")
                .overrides_with_all(DIGITS.into_iter().chain([LONG])),
        )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LevelArg {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let digit = DIGITS.iter().find(|&digit| matches.get_flag(digit));
        let level = digit.and_then(|digit| parse(digit).ok());
        Ok(Self(level.or_else(|| matches.get_one(LONG).copied()).unwrap_or_default()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of(arguments: &[&str]) -> u8 {
        let command = LevelArg::augment_args(Command::new("x").no_binary_name(true));
        let matches = command.get_matches_from(arguments);
        LevelArg::from_arg_matches(&matches).unwrap().0.number()
    }

    #[test]
    fn the_last_level_given_counts() {
        assert_eq!(level_of(&[]), 5);
        assert_eq!(level_of(&["-3"]), 3);
        assert_eq!(level_of(&["--level", "9"]), 9);
        assert_eq!(level_of(&["-3", "-3", "--level=9", "-1"]), 1);
        assert_eq!(level_of(&["-1", "--level=2"]), 2);
    }
}
