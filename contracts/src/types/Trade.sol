// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice The size of a trade, packed into a word: bits 0-111 the amount in, bits 112-223 the minimum profit, both in
/// base units of the profit token. The bits above are zero. 112 bits are the widest reserve a V2 pair can hold.
type Trade is uint256;

using TradeLibrary for Trade global;

/// @title Reads a packed trade.
/// @author Trigate
/// @notice Nothing but shifts; `check` comes first, since the others ignore stray bits.
library TradeLibrary {
    uint256 private constant PROFIT_SHIFT = 112;
    uint256 private constant END_SHIFT = 224;

    /// @notice A trade has bits set above the minimum profit, so an amount was wider than 112 bits.
    /// @param word The trade as given.
    error TradeMalformed(uint256 word);

    /// @notice Refuses a trade with bits that have no meaning.
    /// @param self The trade.
    function check(Trade self) internal pure {
        uint256 word = Trade.unwrap(self);
        if (word >> END_SHIFT != 0) revert TradeMalformed(word);
    }

    /// @notice What is sold to the first pair.
    /// @param self The trade.
    /// @return amount Base units.
    function amountIn(Trade self) internal pure returns (uint112 amount) {
        return uint112(Trade.unwrap(self));
    }

    /// @notice What must be gained at least.
    /// @param self The trade.
    /// @return amount Base units.
    function minProfit(Trade self) internal pure returns (uint112 amount) {
        return uint112(Trade.unwrap(self) >> PROFIT_SHIFT);
    }
}
