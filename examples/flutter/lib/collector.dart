import 'package:app_badge_plus/app_badge_plus.dart';
import 'package:flutter_local_notifications/flutter_local_notifications.dart';
import 'package:shared_preferences/shared_preferences.dart';
import 'package:socket_io_client/socket_io_client.dart' as io;

/// A collector's notices: each is shown once, also what came while the phone slept.
class Collector {
  Collector({required this.url, required this.token, required this.personId});

  final String url;
  final String token;
  final String personId;

  static const _types = ['credit.requires.attention', 'payment.received', 'client.assigned', 'notification'];

  final _notifications = FlutterLocalNotificationsPlugin();
  late final SharedPreferences _kept;
  late final io.Socket _socket;
  int _unread = 0;

  Future<void> start() async {
    _kept = await SharedPreferences.getInstance();
    await _notifications.initialize(const InitializationSettings(
      android: AndroidInitializationSettings('@mipmap/ic_launcher'),
      iOS: DarwinInitializationSettings(),
    ));
    _socket = io.io(
      url,
      io.OptionBuilder().setTransports(['websocket']).setAuth({'token': token}).build(),
    );
    // Also after each reconnect: the inbox goes on from the last cursor that was shown.
    _socket.onConnect((_) => _socket.emitWithAck(
          'subscribe',
          {'channel': 'private-inbox-$personId', 'after': _kept.getString('cursor')},
          ack: (answer) {
            if (answer['ok'] != true) throw StateError('refused: ${answer['code']}');
          },
        ));
    for (final type in _types) {
      _socket.on(type, (data) => _show(type, data));
    }
  }

  /// What was read elsewhere is read here.
  Future<void> read() async {
    _unread = 0;
    await AppBadgePlus.updateBadge(0);
    final cursor = _kept.getString('cursor');
    if (cursor != null) {
      _socket.emit('client-inbox-ack', {'channel': 'private-inbox-$personId', 'cursor': cursor});
    }
  }

  /// With two arguments the client gives a list: the payload, and where it stands in the inbox.
  Future<void> _show(String type, dynamic data) async {
    final payload = (data is List ? data.first : data) as Map;
    final where = data is List && data.length > 1 ? data[1] as Map : const {};
    await _notifications.show(
      where['cursor'].hashCode,
      payload['title'] as String? ?? _titles[type] ?? type,
      payload['message'] as String? ?? payload['body'] as String? ?? '',
      const NotificationDetails(
        android: AndroidNotificationDetails('credits', 'Credits', importance: Importance.high),
        iOS: DarwinNotificationDetails(),
      ),
    );
    await AppBadgePlus.updateBadge(++_unread);
    // Only now: what was not shown comes again.
    final cursor = where['cursor'] as String?;
    if (cursor != null) await _kept.setString('cursor', cursor);
  }

  static const _titles = {
    'credit.requires.attention': 'Crédito por atender',
    'payment.received': 'Pago recibido',
    'client.assigned': 'Cliente asignado',
  };
}
