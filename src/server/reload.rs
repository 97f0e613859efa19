//! Tells open pages that something changed, by server-sent events.
//!
//! An event carries two numbers and nothing of the site: `generation` counts every build, `site` the builds that
//! changed the site. A page loads itself anew when `site` moved on, and asks for the problems otherwise. The numbers
//! start at the clock, so pages that outlived a restart of the server notice it too.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::Served;

/// The preview's script, served under `/__salesbook/client.js`.
pub(super) const SCRIPT: &str = include_str!("client.js");

/// The preview's style, served under `/__salesbook/client.css`.
pub(super) const STYLE: &str = include_str!("client.css");

/// Silent connections are cut by some proxies and firewalls after half a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The present numbers at once, and again after every build.
pub(super) fn events(served: watch::Receiver<Arc<Served>>) -> Response {
    let events = WatchStream::new(served).map(|served| {
        let numbers = format!("{{\"generation\":{},\"site\":{}}}", served.generation, served.site);
        Ok::<_, Infallible>(Event::default().event("reload").data(numbers))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response()
}
