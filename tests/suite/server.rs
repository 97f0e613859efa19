//! The preview server, asked through plain sockets: what leaves it, for whom, and what an author sees after a save.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::channel;
use std::time::Duration;

use salesbook::artifact::Artifacts;
use salesbook::command::serve::{Built, Followed, Preview, ServeOptions};
use salesbook::diagnostic::{Language, Severity};
use salesbook::path::OutputPath;
use salesbook::server::{Consequence, Problem, Server};

use crate::publish::Folder;

/// Stands in every file of the site, and must not reach a foreign page.
const SITE_WORD: &str = "word-of-the-site";

/// No test waits longer for an answer; it says nothing about speed.
const PATIENCE: Duration = Duration::from_secs(60);

fn artifacts(word: &str) -> Artifacts {
    let mut artifacts = Artifacts::default();
    for (path, text) in [
        ("index.html", "<!doctype html><html><body><h1>WORD</h1></body></html>"),
        ("404.html", "<!doctype html><html><body>missing WORD</body></html>"),
        ("en/index.html", "<!doctype html><html><body>English WORD</body></html>"),
        ("标签/价格.html", "<!doctype html><html><body>价格 WORD</body></html>"),
        ("assets/site.css", "/* WORD */"),
        ("assets/site.js", "// WORD"),
        ("assets/logo.svg", "<svg>WORD</svg>"),
        ("assets/unknown.xyz", "WORD"),
    ] {
        artifacts.insert(OutputPath::new(path).expect("valid"), text.replace("WORD", word));
    }
    artifacts
}

fn server() -> Server {
    let server = Server::start(Some(0), Language::Zh).expect("started");
    server.show(Some(artifacts(SITE_WORD)), Vec::new());
    server
}

/// Sends bytes as they are and reads all that comes back until the server closes.
fn raw(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    // The server may close before it has read everything, and that is an answer too.
    let _ = stream.write_all(request);
    if !request.windows(4).skip(1).any(|window| window == b"\r\n\r\n") {
        // A head that never ends is ended here, or the server would wait for the rest.
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("no end of the answer: {error}"),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(port: u16, method: &str, target: &str, headers: &str) -> String {
    let head = format!("{method} {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{headers}\r\n");
    raw(port, head.as_bytes())
}

fn get(port: u16, target: &str) -> String {
    request(port, "GET", target, "")
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[test]
fn files_are_served_with_their_types_and_protecting_headers() {
    let server = server();
    let port = server.port();
    for (target, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?from=mail", "text/html; charset=utf-8"),
        ("/en/", "text/html; charset=utf-8"),
        ("/%E6%A0%87%E7%AD%BE/%E4%BB%B7%E6%A0%BC.html", "text/html; charset=utf-8"),
        ("/assets/site.css", "text/css; charset=utf-8"),
        ("/assets/site.js", "text/javascript; charset=utf-8"),
        ("/assets/logo.svg", "image/svg+xml"),
        ("/assets/unknown.xyz", "application/octet-stream"),
    ] {
        let answer = get(port, target);
        assert_eq!(status(&answer), 200, "{target}: {answer}");
        assert!(answer.contains(SITE_WORD), "{target}: {answer}");
        for line in [
            &format!("content-type: {content_type}\r\n"),
            "x-content-type-options: nosniff\r\n",
            "cross-origin-resource-policy: same-origin\r\n",
            "cache-control: no-store\r\n",
            "x-frame-options: DENY\r\n",
        ] {
            assert!(answer.contains(line), "{target} lacks {line}: {answer}");
        }
        assert!(!answer.to_ascii_lowercase().contains("access-control-"), "{target}: {answer}");
        assert_eq!(answer.contains("/__salesbook/client.js"), content_type.starts_with("text/html"), "{target}");
    }
    let missing = get(port, "/en/missing.html");
    assert!(status(&missing) == 404 && missing.contains("missing word"), "{missing}");
    let redirect = get(port, "/en");
    assert!(status(&redirect) == 307 && redirect.contains("location: /en/\r\n"), "{redirect}");
    let head = request(port, "HEAD", "/", "");
    assert!(status(&head) == 200 && !head.contains(SITE_WORD) && head.contains("content-length: "), "{head}");
    assert!(!head.contains("content-length: 0"), "{head}");
    assert_eq!(status(&request(port, "HEAD", "/__salesbook/events", "")), 200);
}

#[test]
fn requests_of_other_sites_get_nothing() {
    let server = server();
    let port = server.port();
    let mut refused = 0;
    for headers in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n",
        "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
        "Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    ] {
        for target in ["/", "/assets/site.js", "/__salesbook/events", "/__salesbook/problems", "/__salesbook/client.js"]
        {
            let answer = request(port, "GET", target, headers);
            assert_eq!(status(&answer), 403, "{target} {headers}: {answer}");
            assert!(!answer.contains(SITE_WORD) && !answer.contains("generation"), "{answer}");
            refused += 1;
        }
    }
    for host in ["evil.example", "evil.example:4000", "localhost", "127.0.0.1:1", "0.0.0.0:4000", ""] {
        let answer = raw(port, format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes());
        assert_eq!(status(&answer), 421, "{host}: {answer}");
        refused += 1;
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"] {
        let answer = request(port, method, "/", "");
        assert!([400, 405].contains(&status(&answer)) && !answer.contains(SITE_WORD), "{method}: {answer}");
        refused += 1;
    }
    assert_eq!(refused, 44);
    let own = request(port, "GET", "/", &format!("Origin: http://localhost:{port}\r\nSec-Fetch-Site: same-origin\r\n"));
    assert_eq!(status(&own), 200, "{own}");
}

/// A file outside the site, asked for in every known way round a path check, and heads that no browser sends.
#[test]
fn odd_requests_get_nothing_from_outside_the_site() {
    let folder = Folder::new("secret");
    fs::write(folder.0.join("secret.txt"), "secret-outside").expect("written");
    let secret = folder.0.join("secret.txt").to_string_lossy().into_owned();
    let encoded = secret.replace('/', "%2f");
    let server = server();
    let port = server.port();
    let up = "../".repeat(12);
    let mut targets: Vec<String> = [
        "*",
        "//",
        "///etc/passwd",
        "/.",
        "/..",
        "/../",
        "/./",
        "/a/../index.html",
        "/en/../../etc/passwd",
        "/.../x",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/..%5c..%5cetc%5cpasswd",
        "/..\\..\\etc\\passwd",
        "/%252e%252e%252fetc%252fpasswd",
        "/%c0%ae%c0%ae/etc/passwd",
        "/%uff0e%uff0e/etc/passwd",
        "/..;/etc/passwd",
        "/..%00/etc/passwd",
        "/index.html%00.png",
        "/index.html%20",
        "/index.html.",
        "/index.html::$DATA",
        "/INDEX.HTML",
        "/C:/Windows/win.ini",
        "/c%3a/Windows/win.ini",
        "/file:///etc/passwd",
        "/~root/.bashrc",
        "/.git/config",
        "/.env",
        "/salesbook.yaml",
        "/content/zh/index.md",
        "/Cargo.toml",
        "/proc/self/environ",
        "/@fs/etc/passwd",
        "/@fs/etc/passwd?raw??",
        "/__salesbook",
        "/__salesbook/",
        "/__salesbook/../index.html",
        "/__salesbook/eval",
        "/%",
        "/%1",
        "/%zz",
        "/%ff",
        "/%0d%0aSet-Cookie:%20x=1",
        "/\u{7f}",
        "/价格",
        "etc/passwd",
        "?",
        "/en//index.html",
        "http://evil.example/",
        "https://localhost/",
        "localhost:80",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/index.html#/../../etc/passwd/x",
        "/en/%2e/",
        "/assets/site.css/",
        "/assets/site.css/index.html",
    ]
    .map(str::to_string)
    .into();
    targets.extend([
        secret.clone(),
        format!("/{secret}"),
        format!("/{encoded}"),
        format!("/{up}{secret}"),
        format!("/en/{up}{secret}"),
        format!("/{}{}", "%2e%2e/".repeat(12), secret),
        format!("/@fs{secret}"),
        format!("file://{secret}"),
        format!("/?file={secret}&path={up}etc/passwd"),
        format!("http://localhost:{port}/"),
        format!("/{}", "a/".repeat(4_000)),
        format!("/{}", "a".repeat(20_000)),
    ]);
    let mut requests: Vec<Vec<u8>> = targets
        .iter()
        .map(|target| format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").into())
        .collect();
    let host = format!("Host: localhost:{port}\r\n");
    requests.extend(
        [
            String::new(),
            "\r\n\r\n".to_string(),
            "GET\r\n\r\n".to_string(),
            "GET /\r\n\r\n".to_string(),
            "GET / HTTP/1.1\r\n\r\n".to_string(),
            format!("GET / HTTP/9.9\r\n{host}\r\n"),
            format!("GET / HTTP/1.1\r\n{host}{host}\r\n"),
            format!("GET / HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost:{port}\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n Host: localhost:{port}\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n{host}Content-Length: 5\r\n\r\nhello"),
            format!("GET / HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
            format!("GET / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
            format!(
                "POST / HTTP/1.1\r\n{host}Content-Length: 46\r\n\r\nGET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n"
            ),
            format!("GET / HTTP/1.1\r\n{host}X-Long: {}\r\n\r\n", "a".repeat(100_000)),
            format!("GET / HTTP/1.1\r\n{host}{}\r\n", "X: y\r\n".repeat(5_000)),
            format!("GET / HTTP/1.1\r\n{host}X-Unfinished: yes"),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_string(),
            format!("CONNECT localhost:{port} HTTP/1.1\r\n{host}\r\n"),
            format!("GET / HTTP/1.1\r\n{host}Bad Name: x\r\n\r\n"),
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0".to_string(),
        ]
        .map(String::into_bytes),
    );
    requests.push(b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec());
    assert!(requests.len() >= 60, "{} requests", requests.len());

    // The site's own page is a right answer to these: what follows `?` or `#` is not part of a path.
    let harmless = ["/?file=", "/index.html#"];
    for request in &requests {
        let text = String::from_utf8_lossy(request);
        let shown: String = text.chars().take(120).collect();
        let answer = raw(port, request);
        assert!(!answer.contains("secret-outside") && !answer.contains("root:"), "{shown}: {answer}");
        if !harmless.iter().any(|start| text.starts_with(&format!("GET {start}"))) {
            assert_ne!(status(&answer), 200, "{shown}: {answer}");
            assert!(!(300..400).contains(&status(&answer)), "{shown}: {answer}");
        }
        // Only the reader's own 404 page carries a word of the site.
        assert!(status(&answer) == 404 || status(&answer) == 200 || !answer.contains(SITE_WORD), "{shown}: {answer}");
    }
    assert_eq!(status(&get(port, "/")), 200);
}

/// One page's stream of events.
struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    fn open(port: u16) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        let head = format!("GET /__salesbook/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        Events { stream, text: String::new() }
    }

    /// The `generation` and `site` of the next event.
    fn next(&mut self) -> (u64, u64) {
        loop {
            let end = self.text.find("}").map(|at| at + 1);
            if let (Some(start), Some(end)) = (self.text.find("data: "), end) {
                let numbers: serde_json::Value =
                    serde_json::from_str(&self.text[start + "data: ".len()..end]).expect("an event's data is JSON");
                assert!(self.text.contains("event: reload"), "{}", self.text);
                self.text.drain(..end);
                return (
                    numbers["generation"].as_u64().expect("a number"),
                    numbers["site"].as_u64().expect("a number"),
                );
            }
            let mut buffer = [0; 4096];
            let count = self.stream.read(&mut buffer).expect("an event arrives");
            assert_ne!(count, 0, "the stream ended: {}", self.text);
            self.text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    }
}

/// A playbook of one file: its text is the site's word, and the word `mistake` is an error.
fn preview(folder: &Folder) -> Preview {
    let page = folder.0.join("content/page.md");
    let options = ServeOptions { root: folder.0.clone(), port: Some(0), open: false, language: Language::En };
    Preview::start(options, move || {
        let text = fs::read_to_string(&page).unwrap_or_default();
        if text.contains("mistake") {
            let headline = "content/page.md:1:1: error[SB0001]: a `<mistake>`".to_string();
            let text = format!("{headline}\n1 | mistake");
            return Built {
                problems: vec![Problem { severity: Severity::Error, headline, text: text.clone() }],
                terminal: text,
                ..Built::default()
            };
        }
        Built { artifacts: Some(artifacts(&text)), ..Built::default() }
    })
    .expect("started")
}

#[test]
fn a_save_is_announced_and_shown() {
    let folder = Folder::new("reload");
    fs::create_dir(folder.0.join("content")).expect("created");
    fs::write(folder.0.join("content/page.md"), "first-text").expect("written");
    let preview = preview(&folder);
    let port = preview.port();
    let mut events = Events::open(port);
    let mut last = events.next();
    while !get(port, "/").contains("first-text") {
        last = events.next();
    }
    fs::write(folder.0.join("content/page.md"), "second-text").expect("written");
    while !get(port, "/").contains("second-text") {
        let next = events.next();
        assert!(next.0 > last.0, "{next:?} after {last:?}");
        last = next;
    }
    preview.stop();
}

#[test]
fn a_mistake_is_shown_over_the_last_good_site_in_the_terminals_words() {
    let folder = Folder::new("mistake");
    fs::create_dir(folder.0.join("content")).expect("created");
    fs::write(folder.0.join("content/page.md"), "good-text").expect("written");
    let preview = preview(&folder);
    let port = preview.port();
    let mut events = Events::open(port);
    while !get(port, "/").contains("good-text") {
        events.next();
    }
    let (_, site) = Events::open(port).next();
    fs::write(folder.0.join("content/page.md"), "mistake").expect("written");
    while !get(port, "/").contains("a `&lt;mistake&gt;`") {
        assert_eq!(events.next().1, site, "the site did not change");
    }
    let page = get(port, "/");
    assert!(page.contains("good-text") && page.contains("1 error, 0 warnings"), "{page}");
    assert!(page.contains("content/page.md:1:1: error[SB0001]") && page.contains("last site without errors"), "{page}");
    let problems = get(port, "/__salesbook/problems");
    assert!(problems.contains("content/page.md:1:1: error[SB0001]: a `\\u003cmistake\\u003e`"), "{problems}");
    fs::write(folder.0.join("content/page.md"), "good-text").expect("written");
    while get(port, "/").contains("SB0001") {
        events.next();
    }
    assert_eq!(Events::open(port).next().1, site, "the same site as before the mistake");
    preview.stop();
}

#[test]
fn before_the_first_good_site_a_page_lists_the_mistakes() {
    let folder = Folder::new("stand-in");
    fs::create_dir(folder.0.join("content")).expect("created");
    fs::write(folder.0.join("content/page.md"), "mistake").expect("written");
    let preview = preview(&folder);
    let port = preview.port();
    let mut events = Events::open(port);
    while !get(port, "/some/page.html").contains("a `&lt;mistake&gt;`") {
        events.next();
    }
    let page = get(port, "/");
    assert!(status(&page) == 503 && page.contains("content-security-policy: default-src 'none'"), "{page}");
    assert_eq!(status(&get(port, "/assets/site.js")), 404);
    preview.stop();
}

#[test]
fn a_save_during_a_build_leads_to_one_more() {
    let folder = Folder::new("during");
    fs::create_dir(folder.0.join("content")).expect("created");
    let page = folder.0.join("content/page.md");
    fs::write(&page, "one").expect("written");
    let (started, starts) = channel();
    let (release, released) = channel::<()>();
    let source = page.clone();
    let options = ServeOptions { root: folder.0.clone(), port: Some(0), open: false, language: Language::Zh };
    let preview = Preview::start(options, move || {
        let text = fs::read_to_string(&source).unwrap_or_default();
        let _ = started.send(text.clone());
        let _ = released.recv();
        Built { artifacts: Some(artifacts(&text)), ..Built::default() }
    })
    .expect("started");
    assert_eq!(starts.recv_timeout(PATIENCE).expect("the first build starts"), "one");
    fs::write(&page, "two").expect("written");
    fs::write(&page, "three").expect("written");
    release.send(()).expect("the build waits");
    // A save may be noticed in two parts; the last build must have the last text.
    while starts.recv_timeout(PATIENCE).expect("another build starts") != "three" {
        release.send(()).expect("the build waits");
    }
    release.send(()).expect("the build waits");
    let mut events = Events::open(preview.port());
    while !get(preview.port(), "/").contains("three") {
        events.next();
    }
    drop(release);
    preview.stop();
}

/// What a change of a rule does is told after the site is shown, stays over a mistake, and is gone after the next good
/// build; a comparison that ends too late is told to nobody.
#[test]
fn consequences_come_behind_the_site_and_go_with_the_next() {
    let folder = Folder::new("consequences");
    fs::create_dir(folder.0.join("content")).expect("created");
    let page = folder.0.join("content/page.md");
    fs::write(&page, "first-text").expect("written");
    let (release, released) = channel::<()>();
    let released = std::sync::Arc::new(std::sync::Mutex::new(released));
    let source = page.clone();
    let options = ServeOptions { root: folder.0.clone(), port: Some(0), open: false, language: Language::Zh };
    let preview = Preview::start(options, move || {
        let text = fs::read_to_string(&source).unwrap_or_default();
        if text.contains("mistake") {
            let problem = Problem { severity: Severity::Error, headline: "a mistake".to_string(), text: String::new() };
            return Built { problems: vec![problem], ..Built::default() };
        }
        let (said, released) = (text.clone(), released.clone());
        let find_out = move || {
            let _ = released.lock().expect("nobody panicked").recv();
            vec![Consequence { headline: format!("<b>{said}</b>换了"), lines: vec!["甲 → 乙".to_string()] }]
        };
        let followed = text.contains("rule").then(|| Followed(Box::new(find_out)));
        Built { artifacts: Some(artifacts(&text)), followed, ..Built::default() }
    })
    .expect("started");
    let port = preview.port();
    let mut events = Events::open(port);
    let mut until = |wanted: &dyn Fn(&str) -> bool| {
        while !wanted(&get(port, "/")) {
            events.next();
        }
    };
    until(&|page| page.contains("first-text"));
    fs::write(&page, "rule-one").expect("written");
    // The site is there while the comparison still waits.
    until(&|page| page.contains("rule-one") && !page.contains("换了"));
    release.send(()).expect("the comparison waits");
    until(&|page| {
        page.contains("<strong>&lt;b&gt;rule-one&lt;/b&gt;换了</strong>") && page.contains("<li>甲 → 乙</li>")
    });
    assert!(get(port, "/__salesbook/problems").contains("rule-one\\u003c/b\\u003e换了"));
    fs::write(&page, "mistake").expect("written");
    until(&|page| page.contains("a mistake") && page.contains("换了"));
    fs::write(&page, "plain-text").expect("written");
    until(&|page| page.contains("plain-text"));
    assert!(!get(port, "/").contains("换了"));

    fs::write(&page, "rule-two").expect("written");
    until(&|page| page.contains("rule-two"));
    fs::write(&page, "rule-three").expect("written");
    until(&|page| page.contains("rule-three"));
    release.send(()).expect("the second comparison waits");
    release.send(()).expect("the third waits behind it");
    until(&|page| page.contains("rule-three&lt;/b&gt;换了"));
    assert!(!get(port, "/").contains("rule-two"));
    drop(release);
    preview.stop();
}

#[test]
fn a_port_in_use_is_named() {
    let server = server();
    let error = Server::start(Some(server.port()), Language::Zh).expect_err("in use");
    let address = format!("127.0.0.1:{}", server.port());
    assert!(error.message(Language::Zh).contains(&address), "{error}");
    assert!(error.message(Language::Zh).contains("端口已被占用"), "{error}");
}
