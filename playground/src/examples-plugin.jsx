// A pane that lists the examples, so that one can come back to them. Each is a link to this page that opens it.

function StoryIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5">
      <path d="M12 6.5C10 5 6.5 4.5 3.5 5v13.5c3-.5 6.5 0 8.5 1.5 2-1.5 5.5-2 8.5-1.5V5c-3-.5-6.5 0-8.5 1.5zm0 0V20" />
    </svg>
  );
}

export function examplesPlugin(examples) {
  const link = ({ query, variables }) => `?${new URLSearchParams({ query, variables })}`;
  return {
    title: 'Examples',
    icon: StoryIcon,
    content: () => (
      <section className="examples" aria-label="Examples">
        <h2>From a claim to the runs that tested it</h2>
        <ol>
          {examples.map((example) => (
            <li key={example.name}>
              <a href={link(example)}>{example.name}</a>
              <p>{example.about}</p>
            </li>
          ))}
        </ol>
      </section>
    ),
  };
}
