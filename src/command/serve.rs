//! `salesbook serve`: build, show, and build again whenever the author saves.
//!
//! How a site is built is the caller's affair: it hands over a closure. Builds run one after another on a thread of
//! their own; what is saved during a build leads to one more. What a change of a rule does to the customers is found out
//! after the site is shown, on another thread. Nothing is written to the disk here.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{io, thread};

use tokio::sync::oneshot;

use crate::artifact::Artifacts;
use crate::diagnostic::{Bilingual, Language, Severity};
use crate::machine::MachineError;
use crate::server::{Consequence, Problem, Server};
use crate::watch::{Stopper, Watch};

/// What the author asked for.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The playbook's root.
    pub root: PathBuf,
    /// The port, or the first free one.
    pub port: Option<u16>,
    /// Whether to open the browser.
    pub open: bool,
    /// The language of messages.
    pub language: Language,
}

/// What one build made.
#[derive(Debug, Default)]
pub struct Built {
    /// The site; absent when the author's files have errors.
    pub artifacts: Option<Artifacts>,
    /// The findings, in the order of the terminal.
    pub problems: Vec<Problem>,
    /// The findings as printed, with colours if the terminal has them.
    pub terminal: String,
    /// Finds out what the changes of rules do, once the site is shown.
    pub followed: Option<Followed>,
}

/// What may take a while and need not be waited for.
pub struct Followed(pub Box<dyn FnOnce() -> Vec<Consequence> + Send>);

impl std::fmt::Debug for Followed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Followed")
    }
}

/// Serves until Ctrl-C.
pub fn run(options: ServeOptions, build: impl FnMut() -> Built + Send + 'static) -> Result<(), MachineError> {
    let (language, open) = (options.language, options.open);
    let mut preview = Preview::start(options, build)?;
    let url = preview.server.url();
    say(
        &mut io::stdout(),
        &match language {
            Language::Zh => format!("预览：{url}（按Ctrl-C结束）"),
            Language::En => format!("Preview: {url} (Ctrl-C to stop)"),
        },
    );
    if open && let Err(error) = open_browser(&url) {
        say(
            &mut io::stderr(),
            &match language {
                Language::Zh => format!("无法打开浏览器（{error}），请自己打开上面的网址"),
                Language::En => format!("the browser could not be opened ({error}); please open the address yourself"),
            },
        );
    }
    let ended = preview.ended.take().expect("taken here only");
    let waiting = preview.server.wait(async {
        // The sender is dropped when the thread ends, in whatever way.
        let _ = ended.await;
    });
    let failed = |error| MachineError::new(Bilingual::new("预览", "the preview"), url, error);
    match waiting {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed(io::Error::other("the build ended unexpectedly"))),
        Err(error) => Err(failed(error)),
    }
}

/// A preview that runs in the background until dropped.
#[derive(Debug)]
pub struct Preview {
    server: Arc<Server>,
    stopper: Stopper,
    ended: Option<oneshot::Receiver<()>>,
    builder: Option<JoinHandle<()>>,
}

impl Preview {
    /// Starts the server, the watch and the first build, and returns without waiting for the build.
    pub fn start(
        options: ServeOptions,
        mut build: impl FnMut() -> Built + Send + 'static,
    ) -> Result<Self, MachineError> {
        let server = Arc::new(Server::start(options.port, options.language)?);
        let mut watch = Watch::new(&options.root)?;
        let stopper = watch.stopper();
        let (alive, ended) = oneshot::channel();
        let (shown, language) = (server.clone(), options.language);
        let builder = thread::spawn(move || {
            let _alive: oneshot::Sender<()> = alive;
            let (mut has_site, mut follower) = (false, None);
            loop {
                let start = Instant::now();
                let built = build();
                report(&built, start.elapsed(), has_site, language);
                has_site |= built.artifacts.is_some();
                let build = shown.show(built.artifacts, built.problems);
                if let Some(followed) = built.followed {
                    follower = Some(follow(followed, build, Arc::downgrade(&shown), follower.take()));
                }
                if watch.wait().is_none() {
                    return;
                }
            }
        });
        Ok(Preview { server, stopper, ended: Some(ended), builder: Some(builder) })
    }

    /// The address for the browser.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The server's port.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Ends after the build that is running, if one is.
    pub fn stop(mut self) {
        self.stopper.stop();
        if let Some(builder) = self.builder.take() {
            // A panic in the build has been printed already.
            let _ = builder.join();
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.stopper.stop();
    }
}

/// Finds out what a build's changes of rules do, after the thread that does so for an earlier build, and tells it in the
/// terminal and in the page. A build that is not the last one any more is left.
fn follow(followed: Followed, build: u64, server: Weak<Server>, earlier: Option<JoinHandle<()>>) -> JoinHandle<()> {
    thread::spawn(move || {
        if let Some(earlier) = earlier {
            // A panic in it has been printed already.
            let _ = earlier.join();
        }
        if !server.upgrade().is_some_and(|server| server.is_last(build)) {
            return;
        }
        let consequences = (followed.0)();
        let told = server.upgrade().is_some_and(|server| server.tell(build, consequences.clone()));
        for consequence in consequences.iter().filter(|_| told) {
            say(&mut io::stderr(), &consequence.headline);
            consequence.lines.iter().for_each(|line| say(&mut io::stderr(), &format!("  {line}")));
        }
    })
}

/// A line for the terminal. A terminal that was closed must not end the preview in the browser.
fn say(terminal: &mut impl Write, line: &str) {
    let _ = writeln!(terminal, "{line}");
}

/// What the author sees in the terminal after each build.
fn report(built: &Built, time: Duration, has_site: bool, language: Language) {
    if !built.terminal.is_empty() {
        say(&mut io::stderr(), built.terminal.trim_end_matches('\n'));
    }
    let errors = built.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = built.problems.len() - errors;
    let milliseconds = time.as_millis();
    let (outcome_zh, outcome_en) = match (built.artifacts.is_some(), has_site) {
        (true, _) => ("已生成", "built"),
        (false, true) => ("未生成，仍显示上一次的网站", "not built, the last site stays up"),
        (false, false) => ("未生成", "not built"),
    };
    say(
        &mut io::stderr(),
        &match language {
            Language::Zh => format!("{outcome_zh}，用时{milliseconds}毫秒；{errors}个错误，{warnings}个提醒"),
            Language::En => format!("{outcome_en}, {milliseconds} ms; errors: {errors}, warnings: {warnings}"),
        },
    );
}

/// Hands the address to whatever the platform opens addresses with.
fn open_browser(url: &str) -> io::Result<()> {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut child = Command::new(program)
        .args(arguments)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Some openers live as long as the browser; waiting for one in the background leaves no dead process behind.
    thread::spawn(move || child.wait());
    Ok(())
}
