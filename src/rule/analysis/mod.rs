//! What a rule does with all combinations of answers: which outcomes it reaches, how often, by which shortest answers;
//! what never matters, what is never reached, and what fails.
//!
//! ```text
//! page ──space──▶ questions and answers
//! rule ──machine──▶ one diagram for each value ──report, difference──▶ counts and examples
//! ```
//!
//! Where every question has a list of answers, the counts are exact. Of numbers the values at the rule's boundaries are
//! looked at; texts, days and tables are left open. A rule that cannot be followed is sampled, and the report says so.

mod diagram;
mod difference;
mod expressions;
mod finish;
mod lists;
mod machine;
mod native;
mod purity;
mod report;
mod space;
mod told;

pub use difference::{Change, Difference, FAILS, difference};
pub use report::{Analysis, Failing, Listed, Reach, Share, Stranger, analyze};
