//! Runs the command and returns its exit code.

use std::process::ExitCode;

use clap::Parser;
use salesbook::cli::{Cli, Command, MessageLanguage};
use salesbook::command::{self, build, check};
use salesbook::diagnostic::Language;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let language = cli.lang.map(|language| match language {
        MessageLanguage::Zh => Language::Zh,
        MessageLanguage::En => Language::En,
    });
    match cli.command {
        Command::Build { root, out, base_url, drafts } => {
            build::run(&build::BuildOptions { root, out, base_url, drafts }, language)
        }
        Command::Serve { root, port, open } => command::serve_book(root, port, open, language),
        Command::Check { root, format } => check::run(&root, format, language),
        _ => ExitCode::from(2),
    }
}
