// What @graphql-eslint recommends for schemas, and for Relay's in particular. Each exception says why.
import graphql from '@graphql-eslint/eslint-plugin';

export default [
  {
    files: ['**/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'build/schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            // An answer's frame, not a thing that could be fetched again: it has no id.
            suffixes: ['Connection', 'Edge', 'Payload'],
            // And the parts of documents, points, counts and reasons are values: they go with what they are of.
            types: [
              'PageInfo',
              'StoryboardPage',
              'StoryboardTerm',
              'Picture',
              'PlanMetric',
              'PaperReproduction',
              'PaperSummary',
              'ProjectStats',
              'Leaderboard',
              'LeaderboardEntry',
              'RunComparison',
              'RunDifference',
              'RunGroup',
              'RunGroupMetric',
              'RunGroups',
              'RunName',
              'RunNames',
              'RunProgress',
              'RunQueue',
              'SeriesBatch',
              'SeriesChange',
              'SeriesPoints',
              'SeriesValue',
              'SkippedClaim',
              // What the server says of itself and of a request.
              'Features',
              'Limit',
              'Remaining',
              'Server',
            ],
          },
        },
      ],
      // `Run.runningMs` begins like the name of its type by chance.
      '@graphql-eslint/no-typename-prefix': 'off',
      '@graphql-eslint/relay-edge-types': [
        'error',
        // A list of values (authors, tags) may be plain, and so are `nodes(ids:)` and a connection's `nodes`.
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
];
