//! The papers of the demo, and what they claim: real ones, each number as the paper's abstract has it.

/// A number that a paper claims.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) dataset: &'static str,
    pub(super) split: Option<&'static str>,
    pub(super) metric: &'static str,
    pub(super) value: f64,
    pub(super) units: Option<&'static str>,
    pub(super) direction: &'static str,
    pub(super) citation: &'static str,
}

/// A paper with its claims.
#[derive(Clone, Debug)]
pub(super) struct Paper {
    pub(super) arxiv: &'static str,
    pub(super) title: &'static str,
    pub(super) authors: Vec<&'static str>,
    pub(super) claims: Vec<Claim>,
}

impl Paper {
    /// What people call it: the title up to its colon.
    pub(super) fn short(&self) -> &'static str {
        self.title.split(':').next().unwrap_or(self.title)
    }
}

impl Claim {
    /// How far a run may be from it: a hundredth of it. The papers say nothing of that.
    pub(super) fn tolerance(&self) -> f64 {
        (self.value.abs()).round().max(1.0) / 100.0
    }

    /// Whether smaller values are better.
    pub(super) fn is_minimized(&self) -> bool {
        self.direction == "MINIMIZE"
    }
}

/// All papers, in the order of the table.
pub(super) fn papers() -> Result<Vec<Paper>, String> {
    let mut papers: Vec<Paper> = Vec::new();
    for line in TABLE.lines().skip(1) {
        let (paper, claim) = read(line).ok_or_else(|| format!("the demo's table of papers is broken: {line}"))?;
        match papers.last_mut() {
            Some(last) if last.arxiv == paper.arxiv => last.claims.push(claim),
            _ => papers.push(Paper { claims: vec![claim], ..paper }),
        }
    }
    Ok(papers)
}

/// No field of the table has a comma or a quote in it.
const TABLE: &str = include_str!("papers.csv");

fn read(line: &'static str) -> Option<(Paper, Claim)> {
    let fields: Vec<&'static str> = line.split(',').collect();
    let [arxiv, title, authors, _year, dataset, split, metric, value, units, direction, citation] = fields[..] else {
        return None;
    };
    let given = |text: &'static str| (!text.is_empty()).then_some(text);
    let claim = Claim {
        dataset,
        split: given(split),
        metric,
        value: value.parse().ok()?,
        units: given(units),
        direction,
        citation,
    };
    Some((Paper { arxiv, title, authors: authors.split("; ").collect(), claims: Vec::new() }, claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let papers = papers().unwrap();
        let claims: usize = papers.iter().map(|paper| paper.claims.len()).sum();
        assert_eq!(claims, TABLE.lines().count() - 1);
        let names: std::collections::BTreeSet<_> = papers.iter().map(|paper| paper.arxiv).collect();
        assert_eq!(names.len(), papers.len(), "a paper's lines stand together");
    }
}
