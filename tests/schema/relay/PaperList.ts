// A paginated list at the root, with a fragment for each row.
import { graphql } from 'relay-runtime';

export const query = graphql`
  query PaperListQuery($count: Int!, $cursor: String) {
    ...PaperList_query @arguments(count: $count, cursor: $cursor)
  }
`;

export const list = graphql`
  fragment PaperList_query on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "PaperListPaginationQuery") {
    papers(first: $count, after: $cursor) @connection(key: "PaperList_papers") {
      totalCount
      edges {
        node {
          id
          title
          ...PaperClaims_paper
        }
      }
    }
  }
`;
