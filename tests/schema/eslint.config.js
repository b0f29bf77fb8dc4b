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
            // And the parts of the documents of storyboards and plans are values: they go with these.
            types: ['PageInfo', 'StoryboardPage', 'StoryboardTerm', 'PlanMetric'],
          },
        },
      ],
      '@graphql-eslint/relay-edge-types': [
        'error',
        // A list of values (authors, tags) may be plain, and so are `nodes(ids:)` and a connection's `nodes`.
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
];
