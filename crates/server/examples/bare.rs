//! The baseline of `cargo xtask bench serve`: a bare axum that responds to every request with the same bytes.

use axum::Router;
use bytes::Bytes;

#[expect(clippy::print_stdout, reason = "prints its address")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let size: usize = std::env::args().nth(1).ok_or("usage: bare BYTES")?.parse()?;
    let body = Bytes::from(vec![b'x'; size]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let router = Router::new().fallback(async move || body);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}
