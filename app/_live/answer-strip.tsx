import type { Answer, Answers } from '../../lib/series/answers.ts';

/** The five questions. They stay put, empty of red, when nothing is wrong. */
export function AnswerStrip({ answers }: { answers: Answers }) {
  const name =
    answers.kind === 'calm' ? 'No crash window' : answers.kind === 'open' ? 'Crash window' : 'Last crash window';
  return (
    <dl className={`five ${answers.kind}`} aria-label={name}>
      {answers.list.map((answer) => (
        <div key={answer.question} className={answer.question === 'Likely cause' ? 'words' : undefined}>
          <dt>{answer.question}</dt>
          <dd className="a">
            <Lead answer={answer} />
          </dd>
          <dd className="b">
            {answer.lines[0]}
            {answer.lines[0] === '' || answer.lines[1] === '' ? null : <span className="sep">; </span>}
            <br />
            <span className="second">{answer.lines[1]}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Lead({ answer }: { answer: Answer }) {
  return (
    <>
      {answer.alarm === null ? null : (
        <>
          <span className="crash">{answer.alarm}</span>
          {answer.lead === '' ? '' : ', '}
        </>
      )}
      {answer.lead}
      {answer.small === null ? null : <small> {answer.small}</small>}
    </>
  );
}
