//! Arguments and their help, nothing else.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Builds a playbook: Markdown pages and Rhai rules become a searchable static site with interactive classifiers.
///
/// 把Markdown写的销售手册和Rhai规则编译成可以搜索、能判断客户的静态网站。
#[derive(Debug, Parser)]
#[command(name = "salesbook", version, about, long_about = None)]
pub struct Cli {
    /// Language of messages; by default the playbook's, then the environment's
    #[arg(long, global = true, value_enum)]
    pub lang: Option<MessageLanguage>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The languages of messages.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum MessageLanguage {
    /// Chinese
    Zh,
    /// English
    En,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Format {
    /// For people: place, excerpt, help
    #[default]
    Human,
    /// One JSON object a line
    Json,
    /// Workflow commands of GitHub Actions
    Github,
}

/// The forms of a rule's answer.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum AnswerFormat {
    /// For people
    #[default]
    Human,
    /// JSON
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new playbook: small, complete, in the chosen language
    Init {
        /// The folder; it must not exist, or be empty
        dir: PathBuf,
    },
    /// Make a new page from its kind's pattern; never overwrites
    New {
        /// The kind of page, such as `objection`
        kind: String,
        /// The title
        title: String,
        /// The id, which is the file's name; by default made from the title's pinyin
        #[arg(long)]
        id: Option<String>,
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
    /// Build the site
    Build {
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The folder that the site replaces as a whole; by default `dist` in the playbook's root
        #[arg(long)]
        out: Option<PathBuf>,
        /// Where the site will stand, for canonical links
        #[arg(long)]
        base_url: Option<String>,
        /// Publish drafts too
        #[arg(long)]
        drafts: bool,
    },
    /// Show the site in the browser and follow every change; drafts are shown and marked
    Serve {
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The port; by default the first free one from 4000
        #[arg(long)]
        port: Option<u16>,
        /// Open the browser
        #[arg(long)]
        open: bool,
    },
    /// Report everything that is wrong, rules included; writes nothing in the playbook
    Check {
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The form of the report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Run the example cases of the rules
    Test {
        /// Rules; all of them if none is named
        rules: Vec<String>,
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
    /// Look into the rules
    Rule {
        /// What to do with them
        #[command(subcommand)]
        command: RuleCommand,
    },
    /// Print the JSON Schema of a kind's front matter, for editors
    Schema {
        /// The kind of page
        kind: String,
    },
    /// Explain a code of a report, such as SB0301; all of them if none is named
    Explain {
        /// The code
        code: Option<String>,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The commands about rules.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// List the rules and the pages that use them
    List {
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The form of the list
        #[arg(long, value_enum, default_value_t)]
        format: AnswerFormat,
    },
    /// Judge one customer by a rule, in the Rhai engine
    Eval {
        /// The rule's id
        rule: String,
        /// A JSON file of facts; `-` reads standard input
        #[arg(long)]
        facts: PathBuf,
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The form of the answer
        #[arg(long, value_enum, default_value_t)]
        format: AnswerFormat,
    },
    /// Tell what a rule does with all combinations of answers
    Analyze {
        /// The rule's id
        rule: String,
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The form of the answer
        #[arg(long, value_enum, default_value_t)]
        format: AnswerFormat,
    },
    /// Tell which combinations of answers get another outcome than before a change
    Diff {
        /// The rule's id
        rule: String,
        /// The rule or its thresholds as they were: a file (`.rhai` or `.yaml`), or a revision of git such as `HEAD`
        #[arg(long, default_value = "HEAD")]
        against: String,
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// The form of the answer
        #[arg(long, value_enum, default_value_t)]
        format: AnswerFormat,
    },
    /// Print the JavaScript of a rule, or of any script with --standalone
    Js {
        /// The rule's id, or a script file with --standalone
        rule: String,
        /// Compile a script file to JavaScript that `node` runs; prints what `rule run` prints
        #[arg(long)]
        standalone: bool,
        /// Keep the rule's own names and the lines it was made from, for reading and for a debugger
        #[arg(long)]
        readable: bool,
        /// The playbook's root
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
    /// Run any script in the Rhai engine and print one canonical line
    Run {
        /// The script
        file: PathBuf,
    },
}
