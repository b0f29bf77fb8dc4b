CREATE TABLE reviews (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    reviewer text COLLATE "C" NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    summary text COLLATE "C" NOT NULL,
    confidence double precision NOT NULL,
    url text COLLATE "C",
    checklist jsonb NOT NULL,
    @deletable columns,
    @deletable rules,
    CONSTRAINT reviews_reviewer_length CHECK (char_length(reviewer) BETWEEN 1 AND 200),
    CONSTRAINT reviews_verdict_known CHECK (verdict IN ('SOUND', 'FLAWED')),
    CONSTRAINT reviews_summary_length CHECK (char_length(summary) BETWEEN 1 AND 100000),
    CONSTRAINT reviews_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT reviews_url_length CHECK (char_length(url) BETWEEN 1 AND 2048),
    CONSTRAINT reviews_checklist_object CHECK (jsonb_typeof(checklist) = 'object'),
    CONSTRAINT reviews_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE
);

CREATE INDEX reviews_project_created_idx ON reviews (project_id, created_at, id);
CREATE INDEX reviews_paper_created_idx ON reviews (paper_id, created_at, id);
CREATE INDEX reviews_purged_idx ON reviews (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers
