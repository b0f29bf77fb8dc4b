//! Cuts long lists out of the text of a body. It goes by brackets and quotes alone: what is left, and what was cut out, are
//! both read by a parser afterwards.

/// How many bytes a list has that is worth it.
const LONG: usize = 2048;
/// How many lists are cut out of a body at most.
const MOST: usize = 10;
/// How deep what is cut out may be nested: less than any limit.
const DEEP: usize = 32;

/// Where a list stands: a variable, or a member of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) variable: &'a str,
    pub(super) member: Option<&'a str>,
}

/// A body without the long lists of its variables, which are null in it, and these lists.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    pub(super) rest: String,
    pub(super) lists: Vec<(Place<'a>, &'a str)>,
}

impl<'a> Cut<'a> {
    /// None where there is nothing to be cut out, or the text is no body of a request.
    pub(super) fn of(body: &'a str) -> Option<Self> {
        let mut scan = Scan { text: body, at: 0, kept: 0, cut: Self { rest: String::new(), lists: Vec::new() } };
        scan.members(|scan, key| if key == "variables" { scan.variables() } else { scan.skip() })?;
        let Scan { kept, mut cut, .. } = scan;
        cut.rest.push_str(&body[kept..]);
        (!cut.lists.is_empty()).then_some(cut)
    }
}

/// Where in a text it is, and up to where what is kept was taken over.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    kept: usize,
    cut: Cut<'a>,
}

impl<'a> Scan<'a> {
    fn variables(&mut self) -> Option<()> {
        if self.next()? != b'{' {
            return self.skip();
        }
        self.members(|scan, variable| match scan.next()? {
            b'{' => scan.members(|scan, member| scan.member(Place { variable, member: Some(member) })),
            _ => scan.member(Place { variable, member: None }),
        })
    }

    /// Goes over what stands at a place, and cuts it out where it is a long list.
    fn member(&mut self, place: Place<'a>) -> Option<()> {
        let is_list = self.next()? == b'[';
        let from = self.at;
        self.skip()?;
        let text = &self.text[from..self.at];
        if is_list && text.len() >= LONG {
            if self.cut.lists.len() == MOST {
                return None;
            }
            self.cut.rest.push_str(&self.text[self.kept..from]);
            self.cut.rest.push_str("null");
            self.cut.lists.push((place, text));
            self.kept = self.at;
        }
        Some(())
    }

    /// Goes over an object, each of whose values is gone over by what is given.
    fn members(&mut self, mut value: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.next()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.next()?;
            let key = self.string()?;
            self.take(b':')?;
            self.next()?;
            value(self, key)?;
            match self.next()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Goes over a value; none where it is nested too deep.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.byte()? {
                b'"' => drop(self.string()?),
                b'[' | b'{' => {
                    (depth, self.at) = (depth + 1, self.at + 1);
                    if depth > DEEP {
                        return None;
                    }
                    continue;
                }
                b']' | b'}' if depth > 0 => (depth, self.at) = (depth - 1, self.at + 1),
                _ if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                b',' | b'}' | b']' => return Some(()),
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Goes over a string; what stands between its quotes.
    fn string(&mut self) -> Option<&'a str> {
        if self.byte()? != b'"' {
            return None;
        }
        let from = self.at + 1;
        let mut at = from;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(at)? {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        Some(&self.text[from..at])
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not blank.
    fn next(&mut self) -> Option<u8> {
        while self.byte()?.is_ascii_whitespace() {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }
}
