// A paginated list below a node, which Relay fetches again through `node(id:)`; backward as well as forward.
import { graphql } from 'relay-runtime';

export const forward = graphql`
  fragment PaperClaims_paper on Paper
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "PaperClaimsPaginationQuery") {
    claims(first: $count, after: $cursor) @connection(key: "PaperClaims_claims") {
      totalCount
      edges {
        cursor
        node {
          ...PaperClaims_claim
        }
      }
    }
  }
`;

export const backward = graphql`
  fragment PaperClaims_latest on Paper
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "PaperClaimsLatestQuery") {
    claims(last: $count, before: $cursor) @connection(key: "PaperClaimsLatest_claims") {
      edges {
        node {
          ...PaperClaims_claim
        }
      }
    }
  }
`;

export const claim = graphql`
  fragment PaperClaims_claim on Claim @refetchable(queryName: "PaperClaimsClaimQuery") {
    id
    metricName
    paper {
      id
      title
    }
  }
`;
