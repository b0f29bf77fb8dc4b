// Whatever has an id, one of it and several.
import { graphql } from 'relay-runtime';

export const one = graphql`
  query AnyNodeOneQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Paper {
        title
        ...PaperClaims_latest @alias
      }
      ...PaperClaims_claim @alias
    }
  }
`;

export const several = graphql`
  query AnyNodeSeveralQuery($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ...PaperClaims_paper @alias
    }
  }
`;
