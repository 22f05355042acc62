// A session may end while somebody types: what stood in the line is kept in this tab, for the same
// person alone, and stands there again once they have signed in.

const person = document.querySelector('nav a')?.textContent ?? '';
const place = location.pathname;

let isLeaving = false;

/** Leaves for the sign-in page, which says why, and takes the line along. */
export function signInAgain(typed) {
  // Who signs out hears of the end of the session too, perhaps before the next page has come.
  if (isLeaving) return;
  sessionStorage.setItem('kept', JSON.stringify({ person, place, typed }));
  location.assign('/enter?ended=yes');
}

/** Goes back to where the session ended. Answers what stood in the line there. */
export function takeBack() {
  const { person: whose, place: from, typed } = JSON.parse(sessionStorage.getItem('kept') ?? '{}');
  if (whose === undefined) return '';
  const elsewhere = from !== place && /^\/incidents\/INC-[A-Z0-9]+$/.test(from);
  if (whose === person && elsewhere && place === '/') {
    location.replace(from);
    return '';
  }
  sessionStorage.removeItem('kept');
  return whose === person ? typed : '';
}

/** What one person typed is not for the next one at this screen. */
export function forget() {
  isLeaving = true;
  sessionStorage.clear();
}
