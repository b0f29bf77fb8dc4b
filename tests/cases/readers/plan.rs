//! What the policy asks is found once a statement, and not once a row.

use super::world::{Readers, texts};

#[tokio::test]
async fn visible_projects_are_found_once_a_statement() {
    let Some(readers) = Readers::start().await else { return };
    let mut alice = readers.connect("alice").await;
    let plan =
        texts(&mut alice, "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT * FROM claims").await.unwrap().join("\n");
    readers.close().await;
    let filter = plan.lines().find(|line| line.contains("Filter:")).unwrap();
    let once =
        ["project_id = ANY ($0)", "project_id = ANY ((InitPlan 1).col1)"].iter().any(|once| filter.contains(once));
    assert!(once && filter.contains("hashed SubPlan") && !filter.contains("reader_"), "a row asks a function:\n{plan}");
    let init = plan.lines().skip_while(|line| !line.trim_start().starts_with("InitPlan 1"));
    assert!(init.take(2).last().unwrap().contains("loops=1"), "{plan}");
}
