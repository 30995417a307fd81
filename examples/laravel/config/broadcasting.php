<?php

$latido = parse_url(env('LATIDO_URL', 'http://localhost:3000'));
$scheme = $latido['scheme'] ?? 'http';

return [
    // For app/Latido.php and routes/api.php: once the settings are cached, env() answers in files of this folder only.
    'latido' => ['url' => env('LATIDO_URL', 'http://localhost:3000'), 'key' => env('LATIDO_KEY')],

    'default' => env('BROADCAST_CONNECTION', 'latido'),

    'connections' => [
        // The Pusher protocol, to Latido instead of Pusher.
        'latido' => [
            'driver' => 'pusher',
            'key' => env('LATIDO_APP_KEY'),
            'secret' => env('LATIDO_APP_SECRET'),
            'app_id' => env('LATIDO_APP_ID'),
            'options' => [
                'host' => $latido['host'] ?? 'localhost',
                'port' => $latido['port'] ?? ($scheme === 'https' ? 443 : 80),
                'scheme' => $scheme,
                'useTLS' => $scheme === 'https',
            ],
        ],
        'log' => ['driver' => 'log'],
        'null' => ['driver' => 'null'],
    ],
];
