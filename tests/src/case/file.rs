//! The file of a case: its header and its requests.

use std::path::{Path, PathBuf};

use crate::world::{NOBODY, USERS, World};

/// What divides the requests of a transcript.
const DIVIDER: &str = "# ----";

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it stands.
    pub path: PathBuf,
    /// The world that it starts from.
    pub world: World,
    /// Its requests, in order.
    pub steps: Vec<Step>,
}

/// A request, by one user or by several in turn.
#[derive(Clone, Debug)]
pub struct Step {
    /// Who asks.
    pub askers: Vec<String>,
    /// How many statements it costs, for each who asks; none where the file does not say.
    pub statements: Vec<u64>,
    /// How many answers of a subscription are waited for.
    pub takes: usize,
    /// The variables, as JSON.
    pub variables: String,
    /// Whether the answer shows what the request cost.
    pub shows_cost: bool,
    /// Two names that the request is answered the same for: what is hidden, and what is not there.
    pub twins: Option<(String, String)>,
    /// The GraphQL document.
    pub document: String,
}

impl Case {
    /// Reads a case; what is wrong with it is said in a sentence.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let (mut world, mut askers, mut steps) = (None, Vec::new(), Vec::new());
        for part in parts(&text) {
            let header = Header::read(&part)?;
            if let Some(name) = header.value("world") {
                world = Some(World::of_name(name).ok_or_else(|| format!("there is no world {name}"))?);
            }
            if let Some(names) = header.value("as") {
                askers = names.split(',').map(|name| name.trim().to_owned()).collect();
            }
            steps.push(header.step(&askers, part.clone())?);
        }
        let world = world.ok_or("the header names no `world`")?;
        Ok(Self { path: path.to_owned(), world, steps })
    }

    /// Whether it changes nothing, and looks at no budget, so that others can be asked of the same app.
    pub fn only_reads(&self) -> bool {
        !self.steps.iter().any(|step| step.document.contains("mutation") || step.shows_cost)
    }

    /// Where its expected answer stands.
    pub fn expected_path(&self) -> PathBuf {
        self.path.with_extension("json")
    }

    /// Writes into the file what its requests cost.
    pub fn write_statements(&self, costs: &[Vec<u64>]) {
        let text = std::fs::read_to_string(&self.path).expect("the case is there");
        let parts: Vec<String> = parts(&text).iter().zip(costs).map(|(part, costs)| with_cost(part, costs)).collect();
        let written = parts.join(&format!("{DIVIDER}\n"));
        if written != text {
            std::fs::write(&self.path, written).expect("the case can be written");
        }
    }
}

struct Header<'a>(Vec<(&'a str, &'a str)>);

const KEYS: [&str; 7] = ["world", "as", "takes", "statements", "variables", "same for", "cost"];

impl<'a> Header<'a> {
    fn read(part: &'a str) -> Result<Self, String> {
        let fields: Vec<_> = part.lines().filter_map(field).collect();
        match fields.iter().enumerate().find(|(at, (key, _))| fields[..*at].iter().any(|(other, _)| other == key)) {
            Some((_, (key, _))) => Err(format!("`{key}` stands twice in one header")),
            None => Ok(Self(fields)),
        }
    }

    fn value(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    fn step(&self, askers: &[String], document: String) -> Result<Step, String> {
        if askers.is_empty() {
            return Err("the header names nobody who asks: `as`".into());
        }
        if let Some(nobody) = askers.iter().find(|name| *name != NOBODY && !USERS.contains(&name.as_str())) {
            return Err(format!("there is no user {nobody}"));
        }
        let counts = self.value("statements").into_iter().flat_map(|counts| counts.split(','));
        let statements = counts.map(|count| count.trim().parse().map_err(|_| format!("{count} is no count")));
        let twins = self.value("same for").map(|twins| twins.split_once(" = ").ok_or("`same for` takes two names"));
        let takes = self.value("takes").map(|takes| takes.parse().map_err(|_| format!("{takes} is no count")));
        Ok(Step {
            takes: takes.transpose()?.unwrap_or(1),
            askers: askers.to_vec(),
            statements: statements.collect::<Result<_, _>>()?,
            variables: self.value("variables").unwrap_or("{}").to_owned(),
            shows_cost: match self.value("cost") {
                None => false,
                Some("shown") => true,
                Some(other) => return Err(format!("`cost` is `shown` or not there, not {other}")),
            },
            twins: twins.transpose()?.map(|(hidden, absent)| (hidden.trim().to_owned(), absent.trim().to_owned())),
            document,
        })
    }
}

/// The key and the value of a line of the header.
fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("# ")?.split_once(": ")?;
    KEYS.contains(&key).then_some((key, value.trim()))
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.lines() {
        if line.trim_end() == DIVIDER {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts
}

/// The part with what its request costs as the last line of its header.
fn with_cost(part: &str, costs: &[u64]) -> String {
    let counts = costs.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let mut lines: Vec<String> =
        part.lines().filter(|line| field(line).is_none_or(|(key, _)| key != "statements")).map(str::to_owned).collect();
    let place = lines.iter().rposition(|line| field(line).is_some()).map_or(0, |last| last + 1);
    lines.insert(place, format!("# statements: {counts}"));
    lines.join("\n") + "\n"
}
