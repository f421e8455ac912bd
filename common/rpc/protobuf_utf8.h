// Protobuf checks every string for valid UTF-8, as it reads and once more as it writes. Its own checker walks through a
// table byte by byte from the first character beyond ASCII on, which for texts in French was a tenth of all the work of
// taking an inquiry in and handing it out. This one does the same an order of magnitude quicker.
#ifndef SWITCHBOARD_COMMON_RPC_PROTOBUF_UTF8_H_
#define SWITCHBOARD_COMMON_RPC_PROTOBUF_UTF8_H_

namespace switchboard {

// Has protobuf use common/text/utf8 in this program. Takes effect by being linked in, whenever it is called; where
// protobuf is linked statically, or its next version calls its checker otherwise, that one stays in use.
void UseQuickUtf8();

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_PROTOBUF_UTF8_H_
