-- The tables of a recent system, with one message of every kind.
CREATE TABLE handle(ROWID INTEGER PRIMARY KEY, id TEXT, country TEXT, service TEXT);
CREATE TABLE chat(ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, display_name TEXT);
CREATE TABLE chat_handle_join(chat_id INTEGER, handle_id INTEGER);
CREATE TABLE chat_message_join(chat_id INTEGER, message_id INTEGER, PRIMARY KEY(chat_id, message_id));
CREATE TABLE attachment(ROWID INTEGER PRIMARY KEY, filename TEXT, transfer_name TEXT, mime_type TEXT);
CREATE TABLE message_attachment_join(message_id INTEGER, attachment_id INTEGER);
CREATE TABLE message(ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, subject TEXT, handle_id INTEGER DEFAULT 0,
  attributedBody BLOB, account TEXT, date INTEGER, is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0,
  associated_message_guid TEXT, associated_message_type INTEGER DEFAULT 0, associated_message_emoji TEXT,
  balloon_bundle_id TEXT, cache_has_attachments INTEGER DEFAULT 0, thread_originator_guid TEXT,
  date_edited INTEGER DEFAULT 0, date_retracted INTEGER DEFAULT 0, destination_caller_id TEXT,
  message_summary_info BLOB, is_audio_message INTEGER DEFAULT 0, is_spam INTEGER DEFAULT 0);
INSERT INTO handle VALUES
  (1, '+46701740605', 'se', 'iMessage'), (2, '070-174 06 05', 'se', 'SMS'),
  (3, 'karl@example.com', NULL, 'iMessage'), (4, '72456', 'se', 'SMS'), (5, 'SHOP', 'se', 'SMS');
INSERT INTO chat VALUES
  (1, 'iMessage;-;+46701740605', 45, '+46701740605', ''), (2, 'SMS;-;+46701740605', 45, '+46701740605', ''),
  (3, 'iMessage;+;chat77', 43, 'chat77', 'Rowing'), (4, 'SMS;-;72456', 45, '72456', ''),
  (5, 'SMS;-;SHOP', 45, 'SHOP', ''), (6, 'iMessage;+;chat78', 43, 'chat78', NULL);
INSERT INTO chat_handle_join VALUES (1, 1), (2, 2), (3, 1), (3, 3), (4, 4), (5, 5), (6, 1), (6, 3);
INSERT INTO message(ROWID, guid, text, handle_id, date) VALUES
  (1, 'g01', 'hello', 1, 725846400000000000),
  (2, 'g02', 'by SMS, from an old system', 2, 500000000);
INSERT INTO message(ROWID, guid, handle_id, date, is_from_me, destination_caller_id, attributedBody) VALUES
  (3, 'g03', 0, 725846401000000000, 1, '+46701740666',
   x'040b73747265616d747970656481e803840140848484124e5341747472696275746564537472696e67008484084e534f626a656374008592848484084e53537472696e67019484012b076d6520f09f998286');
INSERT INTO message(ROWID, guid, text, handle_id, date, is_from_me, associated_message_guid, associated_message_type, associated_message_emoji) VALUES
  (4, 'g04', 'Loved “hello”', 0, 725846402000000000, 1, 'p:0/g01', 2000, NULL),
  (5, 'g05', 'Liked “me”', 1, 725846403000000000, 0, 'bp:g03', 2001, NULL),
  (6, 'g06', NULL, 1, 725846404000000000, 0, 'p:0/g03', 2006, '🚣'),
  (7, 'g07', NULL, 3, 725846405000000000, 0, 'p:0/g11', 2003, NULL),
  (8, 'g08', NULL, 3, 725846406000000000, 0, 'p:0/g11', 3003, NULL);
INSERT INTO message(ROWID, guid, text, subject, handle_id, date, thread_originator_guid, date_edited, date_retracted, item_type, is_audio_message, is_spam, balloon_bundle_id, cache_has_attachments) VALUES
  (9, 'g09', 'an answer', 'About the boat', 1, 725846407000000000, 'g01', 725846408000000000, 0, 0, 0, 0, NULL, 0),
  (10, 'g10', NULL, NULL, 1, 725846409000000000, NULL, 0, 725846410000000000, 0, 0, 0, NULL, 0),
  (11, 'g11', '￼ our boat', NULL, 3, 725846411000000000, NULL, 0, 0, 0, 0, 0, NULL, 1),
  (12, 'g12', NULL, NULL, 3, 725846412000000000, NULL, 0, 0, 2, 0, 0, NULL, 0),
  (13, 'g13', '￼', NULL, 1, 725846413000000000, NULL, 0, 0, 0, 1, 0, NULL, 1),
  (14, 'g14', NULL, NULL, 1, 725846414000000000, NULL, 0, 0, 0, 0, 0, 'com.example.game', 0),
  (15, 'g15', 'Your code is 1234', NULL, 4, 725846415000000000, NULL, 0, 0, 0, 0, 0, NULL, 0),
  (16, 'g16', 'Sale', NULL, 5, 725846416000000000, NULL, 0, 0, 0, 0, 0, NULL, 0),
  (17, 'g17', 'win a prize', NULL, 1, 725846417000000000, NULL, 0, 0, 0, 0, 1, NULL, 0),
  (18, 'g18', 'deleted lately', NULL, 1, 725846418000000000, NULL, 0, 0, 0, 0, 0, NULL, 0),
  (19, 'g19', NULL, NULL, 1, 725846419000000000, NULL, 0, 0, 0, 0, 0, NULL, 0),
  (20, 'g20', 'without a time', NULL, 3, 0, NULL, 0, 0, 0, 0, 0, NULL, 0);
INSERT INTO attachment VALUES (1, '~/Library/Messages/Attachments/a/boat.heic', 'boat.heic', 'image/heic'),
  (2, '~/Library/Messages/Attachments/b/plan.pdf', NULL, 'application/pdf');
INSERT INTO message_attachment_join VALUES (11, 1), (11, 2);
INSERT INTO chat_message_join VALUES
  (1, 1), (2, 2), (1, 3), (1, 4), (1, 5), (1, 6), (3, 7), (3, 8), (1, 9), (1, 10), (3, 11), (3, 12), (1, 13),
  (1, 14), (4, 15), (5, 16), (1, 17), (1, 19), (6, 20), (3, 1);
