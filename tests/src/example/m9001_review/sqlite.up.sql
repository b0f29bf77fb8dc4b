CREATE TABLE reviews (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    paper_id BLOB NOT NULL,
    reviewer TEXT NOT NULL,
    verdict TEXT NOT NULL,
    summary TEXT NOT NULL,
    confidence REAL NOT NULL,
    url TEXT,
    checklist TEXT NOT NULL,
    @deletable columns,
    @deletable rules,
    CONSTRAINT reviews_reviewer_length CHECK (length(reviewer) BETWEEN 1 AND 200 AND instr(reviewer, char(0)) = 0),
    CONSTRAINT reviews_verdict_known CHECK (verdict IN ('SOUND', 'FLAWED')),
    CONSTRAINT reviews_summary_length CHECK (length(summary) BETWEEN 1 AND 100000 AND instr(summary, char(0)) = 0),
    CONSTRAINT reviews_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT reviews_url_length CHECK (length(url) BETWEEN 1 AND 2048 AND instr(url, char(0)) = 0),
    CONSTRAINT reviews_checklist_object CHECK (
        json_valid(checklist)
        AND json_type(checklist) = 'object'
        AND instr(replace(checklist, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT reviews_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX reviews_project_created_idx ON reviews (project_id, created_at, id);
CREATE INDEX reviews_paper_created_idx ON reviews (paper_id, created_at, id);
CREATE INDEX reviews_purged_idx ON reviews (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers
