/** Starts the app. */
import './style.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { begin } from './boot/stage.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the app.');
createRoot(root).render(<App />);
begin();
