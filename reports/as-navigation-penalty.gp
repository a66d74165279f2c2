# title: Penalty weight 0.1, 1 and 1e4 of Anticipation Sharing
# caption: The printed weight of the discrete domains is damaged and reads 1e4. Lines are means of the seeds, bands
#          their range.
rows = 'normalised_return collisions'
row_names = 'normalised return|collisions per step'
panels = 'as'
panel_names = 'neighbours within 1.5 cells'
lines = 'rho01 range15 rho1e4'
line_names = 'penalty 0.1|penalty 1|penalty 1e4'
key(line, panel) = panel.'_'.line
load reports.'/default-overlay.gp'
