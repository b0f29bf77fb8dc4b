//! What all pictures are drawn with: a canvas, texts that keep to their room, scales with round ticks, and two themes.

pub(crate) mod canvas;
pub(crate) mod legend;
pub(crate) mod number;
pub(crate) mod scale;
pub(crate) mod text;
pub(crate) mod theme;
