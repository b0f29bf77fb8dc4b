//! What a machine spends, as the kernel counts it.

use std::time::{Duration, Instant};

/// The processor time that a process, and the children that it waited for, have used.
fn cpu(pid: u32) -> Duration {
    let Some(fields) = stat(pid) else { return Duration::ZERO };
    ticks(&fields[11..15])
}

/// The processor time of a process and of all that come from it, such as those of a PostgreSQL server.
pub fn cpu_of_all(pid: u32) -> Duration {
    let children = family(pid).into_iter().map(|child| stat(child).map_or(Duration::ZERO, |stat| ticks(&stat[11..13])));
    cpu(pid) + children.sum::<Duration>()
}

/// The memory of a process in bytes: what is its own, and its part of what it shares.
pub fn memory(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
    pss.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024
}

/// How long a fixed piece of work takes: where that changes, others use the machine as well.
pub fn spin() -> Duration {
    let began = Instant::now();
    let mut sum = 0_u64;
    for round in 0..20_000_000_u64 {
        sum = std::hint::black_box(sum.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(round));
    }
    std::hint::black_box(sum);
    began.elapsed()
}

/// The children of a process, and theirs.
fn family(pid: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("a /proc").flatten();
    let all = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u64)> = all.filter_map(|process| Some((process, stat(process)?[1]))).collect();
    let (mut family, mut seen) = (Vec::new(), 0);
    let mut parent = u64::from(pid);
    loop {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
        let Some(next) = family.get(seen) else { return family };
        (parent, seen) = (u64::from(*next), seen + 1);
    }
}

/// The numbers of a process's line, from its state on, which stands as 0.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // A name may hold anything, so what stands behind its last bracket is counted.
    let fields = line.rsplit_once(") ")?.1.split(' ').map(|field| field.trim().parse().unwrap_or_default());
    Some(fields.collect())
}

/// Linux tells times in hundredths of a second, whatever it counts by itself.
fn ticks(fields: &[u64]) -> Duration {
    Duration::from_millis(fields.iter().sum::<u64>() * 10)
}

/// The machine, for a reader.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let models: Vec<&str> = cpus
        .lines()
        .filter_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|(_, model)| model)
        .collect();
    let memory =
        read("/proc/meminfo").lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    let gibibytes = memory.unwrap_or_default() / (1 << 20);
    format!("{} × {}, {gibibytes} GiB", models.len(), models.first().unwrap_or(&"unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_spends_is_found() {
        let ourselves = std::process::id();
        let before = cpu_of_all(ourselves);
        while cpu_of_all(ourselves) < before + Duration::from_millis(20) {
            spin();
        }
        assert!(memory(ourselves) > 1 << 20);
    }
}
