//! Writes the JavaScript glue of a wasm module: `start-points-bindgen MODULE.wasm NAME FOLDER`.
//!
//! A crate of its own, so that what it depends on is compiled by those alone who build the npm package.

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, name, folder] = arguments.as_slice() else { bail!("expected MODULE.wasm, NAME and FOLDER") };
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)?
        // The package keeps its types by hand, and says itself where the module lies.
        .typescript(false)
        .omit_default_module_path(true)
        // After a trap the package starts the module anew.
        .reset_state_function(true)
        .remove_producers_section(true)
        .generate(folder)
}
