//! The preview server: shows the author the last good site and what is wrong with the present text.
//!
//! It answers from memory only: a request path is a key of the artifacts, and no file system lies below it. It
//! listens on the loopback addresses only. Every request passes [`guard`]; pages get the panel of [`overlay`], and
//! open pages hear of changes from [`reload`]. It builds nothing: whoever builds calls [`Server::show`].

mod guard;
mod overlay;
mod reload;

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use crate::artifact::Artifacts;
use crate::diagnostic::{Bilingual, Language, Severity};
use crate::escape::url_part;
use crate::machine::MachineError;
use crate::path::OutputPath;
use guard::{Refusal, Target};
use overlay::Panel;

/// The first port tried when none is asked for.
pub const FIRST_PORT: u16 = 4000;

/// How many ports after the first are tried before the system chooses one.
const PORTS_TRIED: u16 = 100;

/// A request's head must arrive within this time, and a silent connection is closed after it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest request head in bytes; browsers send one or two thousand.
const HEAD_LIMIT: usize = 16 * 1024;

/// Connections at one time; a browser holds six, and most systems allow a process 1,024 open files.
const CONNECTIONS: usize = 256;

/// One finding as the author reads it, in the terminal and in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it keeps the site from being built.
    pub severity: Severity,
    /// The first line: place, code and message.
    pub headline: String,
    /// The whole text as in the terminal, without colours.
    pub text: String,
}

/// What the saved change of one rule does to the customers, in the terminal's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Consequence {
    /// How many are judged differently.
    pub headline: String,
    /// From what to what, with examples; each line stands for itself.
    pub lines: Vec<String>,
}

/// What is shown at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Served {
    /// The last good site; absent before the first.
    artifacts: Option<Arc<Artifacts>>,
    /// The findings of the last build.
    problems: Vec<Problem>,
    /// What the last build's changes of rules do; found out after it is shown.
    consequences: Vec<Consequence>,
    /// Grows whenever something else is to be shown.
    generation: u64,
    /// The generation of the last build.
    build: u64,
    /// The generation that last changed the site.
    site: u64,
}

/// A running server. It ends when dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    served: watch::Sender<Arc<Served>>,
    runtime: Runtime,
}

impl Server {
    /// Listens on `port`, or on the first free one from [`FIRST_PORT`]. `language` is that of the panel.
    pub fn start(port: Option<u16>, language: Language) -> Result<Self, MachineError> {
        let failed = |error, port| {
            let doing = Bilingual::new("启动预览服务器", "starting the preview server");
            MachineError::new(doing, format!("127.0.0.1:{port}"), error)
        };
        let listeners = match port {
            Some(port) => listen(port).map_err(|error| failed(error, port))?,
            None => listen_on_a_free_port().map_err(|error| failed(error, FIRST_PORT))?,
        };
        let port = listeners[0].local_addr().map_err(|error| failed(error, 0))?.port();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| failed(error, port))?;

        let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        let first = Served { generation: start, site: start, ..Served::default() };
        let (served, receiver) = watch::channel(Arc::new(first));
        let router = Router::new().fallback(answer).with_state(Shared { port, language, served: receiver });
        let free = Arc::new(Semaphore::new(CONNECTIONS));
        let _inside = runtime.enter();
        for listener in listeners {
            let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| failed(error, port))?;
            runtime.spawn(accept(listener, router.clone(), free.clone()));
        }
        drop(_inside);
        Ok(Server { port, served, runtime })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address for the browser.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Shows the outcome of a build, and returns its number. Without artifacts the last good site stays up, with the
    /// consequences that it has; open pages are told in any case.
    pub fn show(&self, artifacts: Option<Artifacts>, problems: Vec<Problem>) -> u64 {
        let mut build = 0;
        self.served.send_modify(|served| {
            let generation = served.generation + 1;
            build = generation;
            let consequences = if artifacts.is_some() { Vec::new() } else { served.consequences.clone() };
            let is_same = match (&artifacts, &served.artifacts) {
                (None, _) => true,
                (Some(next), Some(last)) => next.iter().eq(last.iter()),
                (Some(_), None) => false,
            };
            let (artifacts, site) =
                if is_same { (served.artifacts.clone(), served.site) } else { (artifacts.map(Arc::new), generation) };
            *served = Arc::new(Served { artifacts, problems, consequences, generation, build, site });
        });
        build
    }

    /// Whether no other build was shown since the one of this number.
    pub fn is_last(&self, build: u64) -> bool {
        self.served.borrow().build == build
    }

    /// Adds to what is shown what came of a build's changes of rules. Returns whether it did: not when another build was
    /// shown meanwhile.
    pub fn tell(&self, build: u64, consequences: Vec<Consequence>) -> bool {
        self.served.send_if_modified(|served| {
            if served.build != build {
                return false;
            }
            let generation = served.generation + 1;
            *served = Arc::new(Served { consequences, generation, ..(**served).clone() });
            true
        })
    }

    /// Waits for Ctrl-C, or until `stopped` is done; whether it was Ctrl-C.
    pub fn wait(&self, stopped: impl Future<Output = ()>) -> io::Result<bool> {
        self.runtime.block_on(async {
            tokio::select! {
                interrupt = tokio::signal::ctrl_c() => interrupt.map(|()| true),
                () = stopped => Ok(false),
            }
        })
    }
}

/// The two loopback addresses; a machine without IPv6 has only the first.
fn listen(port: u16) -> io::Result<Vec<TcpListener>> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = first.local_addr()?.port();
    let second = TcpListener::bind((Ipv6Addr::LOCALHOST, port));
    let listeners: Vec<TcpListener> = [Ok(first), second].into_iter().flatten().collect();
    for listener in &listeners {
        listener.set_nonblocking(true)?;
    }
    Ok(listeners)
}

fn listen_on_a_free_port() -> io::Result<Vec<TcpListener>> {
    (FIRST_PORT..FIRST_PORT + PORTS_TRIED).find_map(|port| listen(port).ok()).map_or_else(|| listen(0), Ok)
}

async fn accept(listener: tokio::net::TcpListener, router: Router, free: Arc<Semaphore>) {
    loop {
        let Ok(place) = free.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of open files, most likely: some will be closed in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            // A connection that breaks concerns only its browser.
            let _ = stream.set_nodelay(true);
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .max_buf_size(HEAD_LIMIT)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            drop(place);
        });
    }
}

#[derive(Debug, Clone)]
struct Shared {
    port: u16,
    language: Language,
    served: watch::Receiver<Arc<Served>>,
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (head, _body) = request.into_parts();
    let mut response = match guard::check(&head, shared.port) {
        Ok(Target::Events) if head.method == Method::GET => reload::events(shared.served.clone()),
        Ok(target) => find(&shared, target),
        Err(refusal) => refuse(refusal),
    };
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refuse(refusal: Refusal) -> Response {
    let mut response = with_type(refusal.status(), TEXT, refusal.text());
    if refusal == Refusal::Method {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    // Whatever follows on this connection, such as a body, is not read as another request.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn find(shared: &Shared, target: Target) -> Response {
    let served = shared.served.borrow().clone();
    let path = match target {
        Target::Events => return with_type(StatusCode::OK, "text/event-stream", Body::empty()),
        Target::Script => return with_type(StatusCode::OK, "text/javascript; charset=utf-8", reload::SCRIPT),
        Target::Style => return with_type(StatusCode::OK, "text/css; charset=utf-8", reload::STYLE),
        Target::Problems => {
            let json = Panel::new(&served, shared.language).json();
            return with_type(StatusCode::OK, "application/json", json);
        }
        Target::File(path) => path,
        Target::Folder(folder) => index_of(&folder),
    };
    let content_type = type_of(&path);
    let Some(artifacts) = &served.artifacts else {
        return if content_type == HTML || !path.as_str().contains('.') {
            let page = overlay::stand_in(&served, shared.language);
            let mut response = with_type(StatusCode::SERVICE_UNAVAILABLE, HTML, page);
            let policy = HeaderValue::from_static(overlay::STAND_IN_POLICY);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        } else {
            with_type(StatusCode::NOT_FOUND, TEXT, "there is no site yet\n")
        };
    };
    match artifacts.get(&path) {
        Some(page) if content_type == HTML => {
            with_type(StatusCode::OK, HTML, overlay::inject(page, &served, shared.language))
        }
        Some(bytes) => with_type(StatusCode::OK, content_type, bytes.to_vec()),
        None if artifacts.get(&index_of(&path)).is_some() => redirect_to_folder(&path),
        None => match OutputPath::new("404.html").ok().and_then(|path| artifacts.get(&path)) {
            Some(page) => with_type(StatusCode::NOT_FOUND, HTML, overlay::inject(page, &served, shared.language)),
            None => with_type(StatusCode::NOT_FOUND, TEXT, "no such page\n"),
        },
    }
}

fn index_of(folder: &OutputPath) -> OutputPath {
    OutputPath::new(format!("{folder}/index.html")).expect("a folder's path with a plain name is an output path")
}

/// Relative links of a folder's page need the slash at the end. The target is a folder that the site has.
fn redirect_to_folder(folder: &OutputPath) -> Response {
    let parts: Vec<String> = folder.as_str().split('/').map(url_part).collect();
    let mut response = with_type(StatusCode::TEMPORARY_REDIRECT, TEXT, Body::empty());
    if let Ok(target) = HeaderValue::try_from(format!("/{}/", parts.join("/"))) {
        response.headers_mut().insert(header::LOCATION, target);
    }
    response
}

fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body.into()).into_response()
}

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// By the file's extension; what is not listed is offered as a download.
fn type_of(path: &OutputPath) -> &'static str {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("html" | "htm") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => TEXT,
        Some("csv") => "text/csv; charset=utf-8",
        Some("xml") => "application/xml",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("mp3") => "audio/mpeg",
        Some("mp4") => "video/mp4",
        _ => "application/octet-stream",
    }
}
