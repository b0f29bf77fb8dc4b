//! For tests: a picture is XML, says what it is, and none of its texts lies over another or beyond its edges.

use roxmltree::{Document, Node};

use crate::kit::text::{Font, Weight};

/// A text of a picture, and the room that it takes.
#[derive(Debug)]
pub(crate) struct Boxed {
    pub(crate) text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// The texts of a picture, which holds what all pictures hold. Where `PICTURES` names a folder, it is written there to be
/// looked at.
pub(crate) fn boxed(name: &str, svg: &str) -> Vec<Boxed> {
    if let Some(folder) = std::env::var_os("PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.svg")), svg).unwrap();
    }
    let tree = Document::parse(svg).unwrap_or_else(|why| panic!("{name} is no XML: {why}"));
    let root = tree.root_element();
    assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")));
    let child = |name| root.children().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
    for (name, id) in [("title", "title"), ("desc", "said")] {
        let node = child(name).unwrap();
        assert!(node.attribute("id") == Some(id) && !node.text().unwrap_or_default().is_empty(), "{name}");
    }
    assert_eq!(root.attribute("aria-labelledby"), Some("title said"));
    only_numbers(root);
    let boxes: Vec<Boxed> = tree.descendants().filter(|node| node.tag_name().name() == "text").map(of).collect();
    let (width, height) = (number(root, "width"), number(root, "height"));
    for (at, a) in boxes.iter().enumerate() {
        assert!(a.left >= 0.0 && a.right <= width && a.top >= 0.0 && a.bottom <= height, "{name}: {a:?} is cut off");
        for b in &boxes[..at] {
            let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart, "{name}: {a:?} lies over {b:?}");
        }
    }
    boxes
}

/// No attribute holds what is no number where there should be one.
fn only_numbers(root: Node<'_, '_>) {
    for node in root.descendants().filter(Node::is_element) {
        for name in ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height"] {
            if let Some(value) = node.attribute(name) {
                assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{name}={value}");
            }
        }
        if let Some(path) = node.attribute("d") {
            let numbers = path.split(['M', 'L', 'Z', ' ']).filter(|part| !part.is_empty());
            assert!(numbers.clone().count() >= 4, "{path}");
            numbers.for_each(|part| assert!(part.parse::<f64>().is_ok_and(f64::is_finite), "{path}"));
        }
        for name in ["width", "height"] {
            assert!(node.attribute(name).is_none_or(|value| !value.starts_with('-')), "{node:?}");
        }
    }
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

fn of(node: Node<'_, '_>) -> Boxed {
    let text = node.text().unwrap_or_default().to_owned();
    let weight = if node.attribute("font-weight").is_some() { Weight::Bold } else { Weight::Normal };
    let (x, y, size) = (number(node, "x"), number(node, "y"), number(node, "font-size"));
    let width = Font { size, weight }.width(&text);
    let left = match node.attribute("text-anchor") {
        None => x,
        Some("middle") => x - width / 2.0,
        Some(_) => x - width,
    };
    Boxed { text, left, right: left + width, top: y - size * 0.76, bottom: y + size * 0.22 }
}
