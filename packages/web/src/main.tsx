/** Starts the app. */
import './style.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { begin } from './boot/stage.ts';
import { watchForInvitations } from './teams/invitation.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the app.');
watchForInvitations();
createRoot(root).render(<App />);
begin();
