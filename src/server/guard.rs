//! Decides whether a request may be answered at all, before anything is looked up.
//!
//! The server stands on the author's own machine, and every web page the author visits can send requests to it. So
//! the name it was called by, the page that asks and the way of asking are checked, and a request target is
//! decoded once into a key of the site. A pure function of the request's head: no file system, no state.

use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::path::OutputPath;

/// What an acceptable request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The stream of reload events.
    Events,
    /// The preview's script.
    Script,
    /// The preview's style.
    Style,
    /// The list of problems.
    Problems,
    /// A file of the site.
    File(OutputPath),
    /// A folder of the site, by its `index.html`.
    Folder(OutputPath),
}

/// Why a request gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Not exactly one `Host`, or one that is not ours: a rebound name.
    Host,
    /// Neither `GET` nor `HEAD`.
    Method,
    /// A target that no browser sends for a page of ours.
    Target,
    /// A request with a body.
    Body,
    /// Asked by a page of another origin.
    Foreign,
}

impl Refusal {
    /// The answer's status.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Refusal::Host => StatusCode::MISDIRECTED_REQUEST,
            Refusal::Method => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::Target | Refusal::Body => StatusCode::BAD_REQUEST,
            Refusal::Foreign => StatusCode::FORBIDDEN,
        }
    }

    /// The answer's whole text; it repeats nothing of the request.
    pub(super) fn text(self) -> &'static str {
        match self {
            Refusal::Host => "this server answers only to localhost, 127.0.0.1 and [::1] with its own port\n",
            Refusal::Method => "only GET and HEAD\n",
            Refusal::Target => "not a path of this site\n",
            Refusal::Body => "no request body is accepted\n",
            Refusal::Foreign => "not for other sites\n",
        }
    }
}

/// Checks a request's head for a server on this port.
pub(super) fn check(head: &Parts, port: u16) -> Result<Target, Refusal> {
    let host = only(&head.headers, HOST.as_str()).ok_or(Refusal::Host)?;
    if !is_own_host(host, port) {
        return Err(Refusal::Host);
    }
    if head.method != Method::GET && head.method != Method::HEAD {
        return Err(Refusal::Method);
    }
    let has_length = head.headers.get_all(CONTENT_LENGTH).iter().any(|length| length != "0");
    if has_length || head.headers.contains_key(TRANSFER_ENCODING) {
        return Err(Refusal::Body);
    }
    check_origin(&head.headers, host)?;
    // The absolute form is for proxies, `*` for OPTIONS.
    if head.uri.scheme().is_some() || head.uri.authority().is_some() {
        return Err(Refusal::Target);
    }
    target(head.uri.path()).ok_or(Refusal::Target)
}

/// The value of a header that stands exactly once.
fn only<'head>(headers: &'head HeaderMap, name: &str) -> Option<&'head str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn is_own_host(host: &str, port: u16) -> bool {
    let (name, given_port) = match host.rsplit_once(':') {
        // The colon of a bare `[::1]` is inside the brackets.
        Some((name, digits)) if !digits.ends_with(']') => (name, Some(digits)),
        _ => (host, None),
    };
    let is_own_port = match given_port {
        Some(digits) => digits == port.to_string(),
        None => port == 80,
    };
    is_own_port && ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// A page of another origin, even of another port of this machine, may lead here by a link and nothing else.
fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    if headers.contains_key(ORIGIN) {
        let origin = only(headers, ORIGIN.as_str()).ok_or(Refusal::Foreign)?;
        if !origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host)) {
            return Err(Refusal::Foreign);
        }
    }
    if !headers.contains_key("sec-fetch-site") {
        return Ok(());
    }
    let site = only(headers, "sec-fetch-site").ok_or(Refusal::Foreign)?;
    let is_link = only(headers, "sec-fetch-mode") == Some("navigate")
        && (!headers.contains_key("sec-fetch-dest") || only(headers, "sec-fetch-dest") == Some("document"));
    if ["same-origin", "none"].contains(&site) || is_link { Ok(()) } else { Err(Refusal::Foreign) }
}

fn target(path: &str) -> Option<Target> {
    match path {
        "/__salesbook/events" => return Some(Target::Events),
        "/__salesbook/client.js" => return Some(Target::Script),
        "/__salesbook/client.css" => return Some(Target::Style),
        "/__salesbook/problems" => return Some(Target::Problems),
        _ => {}
    }
    let key = decode(path.strip_prefix('/')?)?;
    match key.strip_suffix('/') {
        _ if key.is_empty() => Some(Target::File(OutputPath::new("index.html").ok()?)),
        Some(folder) => Some(Target::Folder(OutputPath::new(folder).ok()?)),
        None => Some(Target::File(OutputPath::new(key).ok()?)),
    }
}

/// Undoes percent-encoding, once. An encoded separator or control character has no honest use.
fn decode(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                let byte = u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?;
                // `from_str_radix` takes a sign, which is no hexadecimal digit.
                if digits.contains(&b'+') || b"/\\".contains(&byte) || byte.is_ascii_control() {
                    return None;
                }
                byte
            }
            b'!'..=b'~' => byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const PORT: u16 = 4000;

    fn verdict(method: &str, target: &str, headers: &[(&str, &str)]) -> Result<Target, Refusal> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).expect("the request can be written down").into_parts().0, PORT)
    }

    /// Every host, origin, fetch site and method together: one row is accepted only if each part is.
    #[test]
    fn only_our_own_pages_may_ask() {
        let hosts = [
            (None, false),
            (Some("localhost:4000"), true),
            (Some("LOCALHOST:4000"), true),
            (Some("127.0.0.1:4000"), true),
            (Some("[::1]:4000"), true),
            (Some("localhost"), false),
            (Some("localhost:4001"), false),
            (Some("localhost:04000"), false),
            (Some("localhost.:4000"), false),
            (Some("[::1]"), false),
            (Some("evil.example:4000"), false),
            (Some("127.0.0.1.evil.example:4000"), false),
            (Some("localhost:4000@evil.example"), false),
            (Some("evil.example@localhost:4000"), false),
            (Some("0.0.0.0:4000"), false),
            (Some(""), false),
        ];
        let fetches: [(&[(&str, &str)], bool); 10] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")], true),
            (&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")], false),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")], false),
            (&[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")], false),
            (&[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
        ];
        let methods = [("GET", true), ("HEAD", true), ("POST", false), ("OPTIONS", false), ("PUT", false)];
        let mut seen = [0, 0];
        for (host, is_host_good) in hosts {
            let own = host.map(|host| format!("http://{host}"));
            let origins = [
                (None, true),
                (own.as_deref(), true),
                (Some("null"), false),
                (Some("https://localhost:4000"), false),
                (Some("http://localhost:3000"), false),
                (Some("http://evil.example"), false),
                (Some("http://localhost:4000.evil.example"), false),
                (Some(""), false),
            ];
            for (origin, is_origin_good) in origins {
                for (fetch, is_fetch_good) in fetches {
                    for (method, is_method_good) in methods {
                        let mut headers = fetch.to_vec();
                        headers.extend(host.map(|host| ("host", host)));
                        headers.extend(origin.map(|origin| ("origin", origin)));
                        let is_good = is_host_good && is_origin_good && is_fetch_good && is_method_good;
                        let found = verdict(method, "/", &headers);
                        assert_eq!(found.is_ok(), is_good, "{method} {headers:?}: {found:?}");
                        seen[usize::from(is_good)] += 1;
                    }
                }
            }
        }
        assert_eq!(seen, [16 * 8 * 10 * 5 - 4 * 2 * 4 * 2, 4 * 2 * 4 * 2]);
    }

    #[test]
    fn targets_are_decoded_once_into_keys() {
        let ask = |target: &str| verdict("GET", target, &[("host", "localhost:4000")]);
        let file = |path: &str| Ok(Target::File(OutputPath::new(path).expect("valid")));
        assert_eq!(ask("/"), file("index.html"));
        assert_eq!(ask("/?raw??"), file("index.html"));
        assert_eq!(ask("/objections/obj-1.html?x=../../etc"), file("objections/obj-1.html"));
        assert_eq!(ask("/tags/%E4%BB%B7%E6%A0%BC.html"), file("tags/价格.html"));
        assert_eq!(ask("/a%252e"), file("a%2e"));
        assert_eq!(ask("/en/"), Ok(Target::Folder(OutputPath::new("en").expect("valid"))));
        assert_eq!(ask("/__salesbook/events"), Ok(Target::Events));
        for odd in [
            "*",
            "http://localhost:4000/",
            "http://evil.example/",
            "//",
            "//evil.example/x",
            "/a//b",
            "/.",
            "/..",
            "/../x",
            "/a/../b",
            "/a/./b",
            "/%2e%2e/x",
            "/a/%2E%2E/%2e%2e/etc/passwd",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a%5c..%5cb",
            "/a%00.html",
            "/a%0d%0ab",
            "/%",
            "/%4",
            "/%zz",
            "/%+5",
            "/%ff%fe",
            "/%c0%ae%c0%ae/x",
            "/C:/x",
            "/a%3A",
            "/a%3Cb",
            "/a|b",
        ] {
            assert_eq!(ask(odd), Err(Refusal::Target), "{odd}");
        }
    }

    #[test]
    fn a_body_is_not_accepted() {
        let with = |name, value| verdict("GET", "/", &[("host", "localhost:4000"), (name, value)]);
        assert_eq!(with("content-length", "5"), Err(Refusal::Body));
        assert_eq!(with("transfer-encoding", "chunked"), Err(Refusal::Body));
        assert!(with("content-length", "0").is_ok());
    }
}
