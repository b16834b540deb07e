// `make pins`: the lock files of npm, and the renderer of the reference page. Takes the folders; UPGRADE=1 for its newest version.

const { execFileSync } = require('child_process');
const fs = require('fs');

const read = name => JSON.parse(fs.readFileSync(name));
const write = (name, content) => fs.writeFileSync(name, JSON.stringify(content, null, 2) + '\n');

for (const folder of process.argv.slice(2)) {
    const lock = `${folder}/package-lock.json`;
    const options = ['--prefix', folder, '--userconfig', '.npmrc', '--package-lock-only', '--ignore-scripts'];
    execFileSync('npm', ['install', ...options], { stdio: 'inherit' });
    // npm copies addresses of sponsors' pages into the lock file, which holds no addresses at all.
    const content = read(lock);
    for (const entry of Object.values(content.packages)) { delete entry.funding; delete entry.deprecated; }
    write(lock, content);
}

const name = 'requirements/reference-page.json';
const pin = read(name);
const wanted = `${pin.package}@${process.env.UPGRADE ? 'latest' : pin.version}`;
const found = JSON.parse(execFileSync('npm', ['view', '--json', wanted, 'version', 'dist.integrity']));
write(name, { ...pin, version: found.version, integrity: found['dist.integrity'] });
