// What is asked.

import { graphql } from './generated/index.js';

/** A run and the curve of a metric, as they are by now. */
export const SO_FAR = graphql(`
  query SoFar($run: ID!, $metric: String!) {
    run(id: $run) {
      name
      status
      progress {
        lastBatch
      }
      series(first: 1, filter: { metric: { eq: $metric } }) {
        nodes {
          number
          sample(maxPoints: 1000) {
            steps
            values
          }
        }
      }
    }
  }
`);

/** The points that come after a batch. */
export const POINTS = graphql(`
  subscription Points($run: ID!, $metrics: [String!]!, $after: SafeInt!) {
    seriesPoints(runId: $run, metrics: $metrics, after: $after) {
      number
      series {
        series {
          number
        }
        removedFrom
        points {
          steps
          values
        }
      }
    }
  }
`);

/** How a run is, and what becomes of it. */
export const CHANGES = graphql(`
  subscription Changes($run: ID!) {
    runChanged(id: $run) {
      status
    }
  }
`);
