//! What `cargo xtask bench serve` measures the service beside: axum, answering so many bytes whatever is asked.

use axum::Router;
use bytes::Bytes;

#[expect(clippy::print_stdout, reason = "it says where it listens")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let size: usize = std::env::args().nth(1).ok_or("the bytes of an answer")?.parse()?;
    let body = Bytes::from(vec![b'x'; size]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let router = Router::new().fallback(async move || body);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}
