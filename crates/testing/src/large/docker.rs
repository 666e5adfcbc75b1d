//! Dockerfiles and `image_name.json`.

use start_points::Kind;

use super::input::{Input, LargeShape, file, joined, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("floating base images", |size| lines(size, |i| format!("FROM a{i}\n"))),
    shape("one base image", |size| lines(size, |_| "FROM a\n".into())),
    shape("stages", |size| lines(size, |i| format!("FROM a AS s{i}\n"))),
    shape("stages of stages", |size| lines(size, |i| format!("FROM s{} AS s{i}\n", i.saturating_sub(1)))),
    shape("one stage again and again", |size| lines(size, |_| "FROM s AS s\n".into())),
    shape("arguments", |size| lines(size, |i| format!("ARG A{i}=b\n"))),
    shape("one argument again and again", |size| lines(size, |_| "ARG A=b\n".into())),
    shape("arguments of arguments", |size| lines(size, |i| format!("ARG A{i}=$A{}\n", i.saturating_sub(1)))),
    shape("arguments that grow", |size| lines(size, |_| "ARG A=$A$A\n".into())),
    shape("a long argument in each image", |size| {
        let head = format!("ARG A={}\n", "a".repeat(500));
        dockerfile(repeated(size, &head, "FROM $A\n", ""))
    }),
    shape("defaults in one another", |size| {
        let depth = (size - 20) / 6;
        dockerfile(format!("FROM {}a{}\n", "${A:-".repeat(depth), "}".repeat(depth)))
    }),
    shape("one line of variables", |size| dockerfile(repeated(size, "FROM ", "$A", "\n"))),
    shape("arguments and images in turn", |size| lines(size, |i| format!("ARG A{i}=b\nFROM $A{i}\n"))),
    shape("continued lines", |size| dockerfile(repeated(size, "FROM ", "a\\\n", "b\n"))),
    shape("continued empty lines", |size| dockerfile(repeated(size, "RUN a \\\n", "\n", "FROM b\n"))),
    shape("here-documents", |size| lines(size, |_| "RUN <<A\na\nA\n".into())),
    shape("here-documents of one instruction", |size| dockerfile(repeated(size, "RUN ", "<<A ", "\n"))),
    shape("here-documents without an end", |size| lines(size, |_| "RUN <<A <<B\n".into())),
    shape("a long here-document", |size| dockerfile(repeated(size, "RUN <<A\n", "a\n", "A\nFROM b\n"))),
    shape("comments", |size| lines(size, |_| "# a\n".into())),
    shape("directives", |size| lines(size, |i| format!("# d{i}=a\n"))),
    shape("unknown instructions", |size| lines(size, |i| format!("X{i} a\n"))),
    shape("empty lines", |size| lines(size, |_| "\n".into())),
    shape("lines of a Dockerfile with carriage returns", |size| lines(size, |_| "RUN a\r\n".into())),
    shape("flags", |size| dockerfile(repeated(size, "FROM ", "--platform=a ", "b\n"))),
    shape("quotes", |size| dockerfile(repeated(size, "ARG A=", "\"'", "\nFROM $A\n"))),
    shape("unknown keys of image_name.json", |size| {
        image_name(joined(size, "{", "}", |i| format!("\"image_nam{i}\":0")))
    }),
    shape("equal keys of image_name.json", |size| {
        image_name(joined(size, "{", "}", |_| "\"image_name\":\"a\"".into()))
    }),
    shape("a long name in image_name.json", |size| {
        image_name(repeated(size, "{\"image_name\":\"", "a/", "a\"}"))
    }),
];

fn dockerfile(text: String) -> Input {
    Input::Tree(file("docker/Dockerfile", text), Some(Kind::Languages))
}

fn lines(size: usize, line: impl Fn(usize) -> String) -> Input {
    let mut text = String::new();
    for index in 0.. {
        let line = line(index);
        if text.len() + line.len() > size {
            break;
        }
        text.push_str(&line);
    }
    dockerfile(text)
}

fn image_name(text: String) -> Input {
    Input::Tree(file("docker/image_name.json", text), Some(Kind::Languages))
}
