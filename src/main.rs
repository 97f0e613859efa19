//! Runs the command and returns its exit code.

use std::process::ExitCode;

use clap::Parser;
use salesbook::cli::{Cli, Command, MessageLanguage, RuleCommand};
use salesbook::command::{self, analyze, build, check, explain, init, new, rule, test};
use salesbook::diagnostic::Language;
use salesbook::rule::Form;

/// A rule can build values so deep that taking them apart needs this much; memory is taken only where it is used.
const STACK_BYTES: usize = 1 << 29;

fn main() -> ExitCode {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    thread.ok().and_then(|thread| thread.join().ok()).unwrap_or(ExitCode::from(2))
}

fn run() -> ExitCode {
    let cli = Cli::parse();
    let language = cli.lang.map(|language| match language {
        MessageLanguage::Zh => Language::Zh,
        MessageLanguage::En => Language::En,
    });
    match cli.command {
        Command::Init { dir } => init::run(&dir, language),
        Command::New { kind, title, id, root } => new::run(&new::NewOptions { kind, title, id, root }, language),
        Command::Build { root, out, base_url, drafts } => {
            let out = out.unwrap_or_else(|| build::default_out(&root));
            build::run(&build::BuildOptions { root, out, base_url, drafts }, language)
        }
        Command::Serve { root, port, open } => command::serve_book(root, port, open, language),
        Command::Check { root, format } => check::run(&root, format, language),
        Command::Test { rules, root } => test::run(&rules, &root, language),
        Command::Rule { command } => match command {
            RuleCommand::List { root, format } => rule::list(&root, format, language),
            RuleCommand::Eval { rule: id, facts, root, format } => rule::eval(&id, &facts, &root, format, language),
            RuleCommand::Analyze { rule: id, root, format } => analyze::analyze(&id, &root, format, language),
            RuleCommand::Diff { rule: id, against, root, format } => {
                analyze::diff(&id, &against, &root, format, language)
            }
            RuleCommand::Js { rule: id, standalone, readable, root } => {
                let form = if readable { Form::Readable } else { Form::Small };
                if standalone {
                    rule::js_standalone(id.as_ref(), form, language)
                } else {
                    rule::js(&id, &root, form, language)
                }
            }
            RuleCommand::Run { file } => rule::run(&file, language),
        },
        Command::Schema { kind } => explain::schema(&kind, language),
        Command::Explain { code } => explain::explain(code.as_deref(), language),
        Command::Completions { shell } => explain::completions(shell),
    }
}
