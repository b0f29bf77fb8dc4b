//! The difference of two texts, line by line, for people.

use std::fmt::Write;

/// How many equal lines are shown around a difference.
const AROUND: usize = 3;

/// The lines that only one of the texts has, marked, with a few that both have around them.
pub(super) fn difference(expected: &str, found: &str) -> String {
    let (left, right): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let lines = aligned(&left, &right);
    let near = |at: usize| {
        lines[at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len())].iter().any(|(mark, _)| *mark != ' ')
    };
    let mut out = String::new();
    let mut gap = false;
    for (at, (mark, line)) in lines.iter().enumerate() {
        if near(at) {
            let _ = writeln!(out, "  {mark} {line}");
            gap = false;
        } else if !gap {
            out.push_str("    …\n");
            gap = true;
        }
    }
    out
}

/// Both texts in one: their longest common part, and what each has beside it.
fn aligned<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut common = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i][j] =
                if left[i] == right[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            lines.push((' ', left[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == right.len() || (i < left.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', left[i]));
            i += 1;
        } else {
            lines.push(('+', right[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_marked() {
        assert_eq!(difference("a\nb\nc", "a\nx\nc"), "    a\n  - b\n  + x\n    c\n");
        assert!(difference(&"a\n".repeat(20), &("a\n".repeat(20) + "b")).starts_with("    …\n"));
    }
}
