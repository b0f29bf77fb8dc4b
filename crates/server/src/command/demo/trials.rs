//! The table of the demo's trainings: which claims each tried, and what became of it. All of it is made up.

use super::trial::{End, Trial};

const fn trial(
    (arxiv, dataset): (&'static str, &'static str),
    remark: &'static str,
    end: End,
    rate: f64,
    (days, minutes): (u32, u32),
) -> Trial {
    Trial { arxiv, dataset, remark, end, rate, days, minutes }
}

/// Of pictures and speech.
pub(super) const VISION: &[Trial] = &[
    trial(("1512.03385", "ImageNet"), "first try", End::Missed, 0.4, (58, 96)),
    trial(("1512.03385", "ImageNet"), "lower learning rate", End::Within, 0.1, (55, 101)),
    trial(("1502.03167", "ImageNet"), "as planned", End::Reproduced, 0.045, (54, 88)),
    trial(("1512.00567", "ImageNet"), "as planned", End::Within, 0.045, (51, 110)),
    trial(("1311.2524", "PASCAL VOC 2012"), "new backbone", End::Exceeded, 0.01, (49, 62)),
    trial(("1612.01105", "Cityscapes"), "as planned", End::Within, 0.01, (44, 97)),
    trial(("1612.01105", "PASCAL VOC 2012"), "small crops", End::Missed, 0.01, (43, 74)),
    trial(("1802.02611", "Cityscapes"), "as planned", End::Reproduced, 0.007, (41, 102)),
    trial(("1809.11096", "ImageNet 128x128"), "batch of 256", End::Missed, 0.0002, (37, 118)),
    trial(("1809.11096", "ImageNet 128x128"), "batch of 2048", End::TimedOut, 0.0002, (36, 120)),
    trial(("1905.11946", "CIFAR-100"), "fine-tuned", End::Reproduced, 0.016, (33, 45)),
    trial(("1905.11946", "Flowers"), "fine-tuned", End::Within, 0.016, (33, 21)),
    trial(("2002.05709", "ImageNet"), "batch of 512", End::Overfitted, 0.3, (28, 109)),
    trial(("2006.07733", "ImageNet"), "as planned", End::Within, 0.2, (26, 111)),
    trial(("1904.08779", "LibriSpeech test-other"), "as planned", End::Reproduced, 0.001, (23, 83)),
    trial(("2005.08100", "LibriSpeech test-clean"), "small model", End::Missed, 0.002, (20, 64)),
    trial(("2005.08100", "LibriSpeech test-other"), "large model", End::Within, 0.002, (19, 92)),
    trial(("2006.11477", "LibriSpeech test-clean"), "fine-tuned", End::Exceeded, 0.0003, (16, 79)),
    trial(("2006.11239", "CIFAR-10"), "rate 0.00002", End::Missed, 0.00002, (13, 98)),
    trial(("2006.11239", "CIFAR-10"), "rate 0.0002", End::Reproduced, 0.0002, (13, 99)),
    trial(("2006.11239", "CIFAR-10"), "rate 0.0006", End::Within, 0.0006, (12, 97)),
    trial(("2006.11239", "CIFAR-10"), "rate 0.002", End::Diverged, 0.002, (12, 31)),
    trial(("2103.14030", "ADE20K"), "as planned", End::Reproduced, 0.00006, (9, 107)),
    trial(("2103.14030", "COCO"), "half schedule", End::Missed, 0.0001, (8, 115)),
    trial(("2104.14294", "ImageNet"), "as planned", End::Exceeded, 0.0005, (6, 104)),
    trial(("2111.06377", "ImageNet"), "wrong mask", End::Cancelled, 0.00015, (4, 38)),
    trial(("2111.06377", "ImageNet"), "mask of three quarters", End::Reproduced, 0.00015, (3, 116)),
    trial(("2201.03545", "ImageNet"), "second seed", End::Running, 0.004, (0, 55)),
    trial(("2201.03545", "ImageNet"), "third seed", End::Queued, 0.004, (0, 0)),
    trial(("2105.05233", "ImageNet 256x256"), "with guidance", End::Paused, 0.0001, (0, 50)),
    trial(("1911.04252", "ImageNet"), "as planned", End::Queued, 0.128, (0, 0)),
];

/// Of language.
pub(super) const LANGUAGE: &[Trial] = &[
    trial(("1409.3215", "WMT 2014 English-French"), "as planned", End::Exceeded, 0.7, (47, 85)),
    trial(("1706.03762", "WMT 2014 English-German"), "base model", End::Missed, 0.0007, (42, 71)),
    trial(("1706.03762", "WMT 2014 English-German"), "big model", End::Reproduced, 0.0005, (40, 113)),
    trial(("1706.03762", "WMT 2014 English-French"), "high learning rate", End::Diverged, 0.01, (39, 22)),
    trial(("1706.03762", "WMT 2014 English-French"), "big model", End::Within, 0.0005, (38, 117)),
    trial(("1708.02182", "Penn Treebank"), "no dropout", End::Overfitted, 30.0, (31, 52)),
    trial(("1708.02182", "Penn Treebank"), "as planned", End::Reproduced, 30.0, (30, 68)),
    trial(("1708.02182", "WikiText-2"), "as planned", End::Within, 30.0, (29, 77)),
    trial(("1810.04805", "MultiNLI"), "three epochs", End::Reproduced, 0.00003, (22, 41)),
    trial(("1810.04805", "SQuAD v1.1"), "two epochs", End::Within, 0.00003, (21, 36)),
    trial(("1810.04805", "SQuAD v2.0"), "rate 0.0005", End::Missed, 0.0005, (20, 35)),
    trial(("1901.02860", "enwik8"), "as planned", End::Reproduced, 0.00025, (15, 106)),
    trial(("1901.02860", "WikiText-103"), "short memory", End::Missed, 0.00025, (11, 94)),
    trial(("1901.02860", "WikiText-103"), "as planned", End::Within, 0.00025, (7, 108)),
    trial(("2203.15556", "MMLU"), "small model", End::Missed, 0.0002, (5, 90)),
    trial(("1901.02860", "text8"), "as planned", End::Running, 0.00025, (0, 40)),
    trial(("2203.15556", "MMLU"), "half the data", End::Queued, 0.0002, (0, 0)),
];
