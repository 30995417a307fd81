import { describe, expect, it } from 'vitest';
import { isCommon, refuseCommon } from './passwords.ts';

describe('passwords', () => {
  it.each([
    'password12',
    'Password123!',
    'P4ssw0rd2024!',
    '+57 300 123 4567',
    'p@ssw0rd!!!!',
    'contraseña1',
    'Contraseña2026',
    'qwertyuiop',
    'poiuytrewq',
    '1234567890',
    '0987654321',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'passwordpassword',
    'iloveyou!!',
    'teamomucho',
    'Welcome2026',
    'admin123456',
    'latido-2026',
    '2026-11-27 10',
    'correct horse battery staple',
  ])('[ACCESS-11] %s is what everybody tries first', (password) => {
    expect(isCommon(password)).toBe(true);
  });

  it.each([
    'correct horse',
    'a-password-of-the-stories',
    'the demo password',
    'río Magdalena al sur',
    'kT9#vLq2mZ',
    'хорошая лошадь',
  ])('[ACCESS-11] %s is not', (password) => {
    expect(isCommon(password)).toBe(false);
  });

  it('[ACCESS-11] nor may it be the address or the name', () => {
    const own = ['Juana Valdés', 'juana.valdes@example.test'];
    for (const password of ['juana.valdes', 'JuanaValdes1', 'juana.valdes@example.test', 'juana valdés 2026'])
      expect([password, isCommon(password, own)]).toEqual([password, true]);
    expect(isCommon('juana likes the rain', own)).toBe(false);
  });

  // Of the lists that are passed around, and what people make of them.
  it.each(
    `1q2w3e4r5t q1w2e3r4t5 qwert12345 Aa12345678 123456789a a123456789 pass123456 asdf123456 mypassword1 qwe123qwe123
    1qaz2wsx3edc zaq12wsxcde abcd123456 a1b2c3d4e5 147258369a 123qweasdzxc 1234abcd1234 987654321a hunter2hunter2
    michael123 superman123 liverpool1 linkinpark football123 ihateyou12 hellokitty1 california slipknot666 google1234
    P@ssword12 Welcome@123 letmein123 3rjs1la7qe
    contraseña1 micontraseña micontrasena teamomucho teamo12345 tequiero123 barcelona10 realmadrid10 daniela123 america123
    alejandro1 valentina1 sebastian1 estrella123 jesus12345 hola123456 miamor1234 amorcito12 colombia10 gatito12345
    diosesamor amordemivida bendiciones Medellin2024 bogota2024! cristiano7`.split(/\s+/),
  )('[ACCESS-19] %s is on the lists, or near to what is', async (password) => {
    await expect(refuseCommon(password, [])).rejects.toThrow(/^password\.weak/);
  });

  it.each([
    'correct horse',
    'the demo password',
    'a-password-of-the-stories',
    'río Magdalena al sur',
    'mi gata negra',
    'cafe con leche',
    'k9x2m4q7z1',
    'kT9#vLq2mZ',
    'хорошая лошадь',
    'long enough',
    'x7'.repeat(3) + 'words beyond all lists, and so long that nobody looks',
  ])('[ACCESS-19] %s is not', async (password) => {
    await expect(refuseCommon(password, ['Juana'])).resolves.toBeUndefined();
  });
});
