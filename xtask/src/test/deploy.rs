//! The manifests for Kubernetes: rendered by kustomize, held against Kubernetes' own schemas, and against the service.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::count::Count;
use crate::shell::{self, answers, cargo, lines, output, program};
use crate::{repository, tools};

/// What a pod may not do, and what its probes ask.
const SCRIPT: &str = "xtask/src/deploy.py";

/// Counts each rendered document that holds, and each set of arguments that the command takes.
pub fn run() -> Result<Count> {
    let python = tools::deploy()?;
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let folder = tempfile::tempdir()?;
    let rendered = folder.path().join("rendered");
    fs::create_dir(&rendered)?;
    let kustomize = kustomize();
    match &kustomize {
        Some(words) => {
            for overlay in ["languages", "exercises", "custom"] {
                let mut render = program(words[0]);
                render.args(&words[1..]).arg(repository::path("deploy/overlays").join(overlay));
                fs::write(rendered.join(format!("{overlay}.yaml")), output(&mut render)?)?;
            }
        }
        None => {
            println!(
                "no kustomize of this decade is here: the base is checked as it is, the overlays are not"
            );
            for name in ["daemonset.yaml", "service.yaml"] {
                fs::copy(repository::path("deploy/base").join(name), rendered.join(name))?;
            }
        }
    }
    let mut count = Count::default();
    let mut check = program(python.join("python"));
    check.arg(repository::path(SCRIPT)).arg(&rendered).arg(folder.path().join("arguments"));
    let passed = lines(&mut check, |line| {
        count.passed += usize::from(line.starts_with("ok "));
        count.failed += usize::from(line.starts_with("failed "));
    })?;
    ensure!(passed || count.failed > 0, "{SCRIPT} ended before it counted");
    count.passed += arguments(&folder.path().join("arguments"))?;
    Ok(count)
}

/// The command must know what the manifests start it with: it gets as far as the catalogue, which is not there.
fn arguments(listed: &Path) -> Result<usize> {
    let command = tools::target().join("debug/start-points");
    let text = fs::read_to_string(listed).context("the arguments of the manifests")?;
    for line in text.lines() {
        let mut serve = program(&command);
        serve.arg("serve").arg("/nowhere/catalogue").args(line.split('\t')).env("PORT", "0");
        let said = serve.output()?;
        let stderr = String::from_utf8_lossy(&said.stderr);
        ensure!(stderr.contains("/nowhere/catalogue"), "`serve {line}` says\n{stderr}");
    }
    Ok(text.lines().count())
}

/// How a folder is rendered: kustomize as it is, or as kubectl has it since 1.21.
fn kustomize() -> Option<Vec<&'static str>> {
    if answers(Path::new("kustomize"), &["version"]).is_some() {
        return Some(vec!["kustomize", "build"]);
    }
    let help = answers(Path::new("kubectl"), &["version", "--client"])?;
    help.contains("Kustomize Version: v").then(|| vec!["kubectl", "kustomize"])
}
