"""Accounts that fell together as rows: found out, told of once, brought back one after the other."""
