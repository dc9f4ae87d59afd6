// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice One swap, packed into a word: bits 0-159 the pair, bits 160-183 its fee in hundredths of a basis point (3000
/// is 0.30 %), bit 184 set when token0 is sold for token1. The bits above are zero.
type Hop is uint256;

using HopLibrary for Hop global;

/// @title Reads a packed hop.
/// @author Trigate
/// @notice Nothing but shifts; `check` comes first, since the others ignore stray bits.
library HopLibrary {
    uint256 private constant FEE_SHIFT = 160;
    uint256 private constant DIRECTION_SHIFT = 184;

    /// @notice A hop has bits set above its direction, so the caller packed it in another way than it is read here.
    /// @param word The hop as given.
    error HopMalformed(uint256 word);

    /// @notice Refuses a hop with bits that have no meaning.
    /// @param self The hop.
    function check(Hop self) internal pure {
        uint256 word = Hop.unwrap(self);
        if (word >> (DIRECTION_SHIFT + 1) != 0) revert HopMalformed(word);
    }

    /// @notice The pair to swap on.
    /// @param self The hop.
    /// @return account Its address.
    function pair(Hop self) internal pure returns (address account) {
        return address(uint160(Hop.unwrap(self)));
    }

    /// @notice The pair's fee.
    /// @param self The hop.
    /// @return fee Hundredths of a basis point.
    function feePips(Hop self) internal pure returns (uint24 fee) {
        return uint24(Hop.unwrap(self) >> FEE_SHIFT);
    }

    /// @notice The direction of the swap.
    /// @param self The hop.
    /// @return forward True when token0 is sold for token1.
    function zeroForOne(Hop self) internal pure returns (bool forward) {
        return (Hop.unwrap(self) >> DIRECTION_SHIFT) & 1 == 1;
    }
}
