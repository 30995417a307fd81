import { describe, expect, it } from 'vitest';
import { isCommon } from './passwords.ts';

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
});
